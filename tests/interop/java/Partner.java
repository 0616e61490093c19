import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** What a FAPI 2.0 partner says to the issuer, in the words of the Nimbus SDK. */
final class Partner {
    private final OIDCProviderMetadata metadata;
    private final Caller caller;
    private final Keys keys;
    private final URI redirect;
    private final State state = new State();
    private final Nonce nonce = new Nonce();
    private final CodeVerifier verifier = new CodeVerifier();

    Partner(OIDCProviderMetadata metadata, Caller caller, URI redirect) throws Exception {
        this.metadata = metadata;
        this.caller = caller;
        this.redirect = redirect;
        keys = new Keys(metadata);
    }

    /** Pushes the request; where the browser is to be sent. */
    URI push(String scope) throws Exception {
        AuthenticationRequest wish = new AuthenticationRequest.Builder(
                ResponseType.CODE, Scope.parse(scope), caller.id(), redirect)
            .state(state)
            .nonce(nonce)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .prompt(new Prompt(Prompt.Type.CONSENT))
            .build();
        URI endpoint = metadata.getPushedAuthorizationRequestEndpointURI();
        HTTPResponse answer = caller.send(
            () -> new PushedAuthorizationRequest(endpoint, caller.assertion(), wish).toHTTPRequest(), null);
        PushedAuthorizationResponse pushed = PushedAuthorizationResponse.parse(answer);
        if (!pushed.indicatesSuccess()) {
            throw new GeneralException(pushed.toErrorResponse().getErrorObject());
        }
        return new AuthorizationRequest.Builder(pushed.toSuccessResponse().getRequestURI(), caller.id())
            .endpointURI(metadata.getAuthorizationEndpointURI())
            .build()
            .toURI();
    }

    /** The code the browser brought, once the answer is found to be ours. */
    AuthorizationCode code(URI callback) throws Exception {
        AuthenticationResponse answer = AuthenticationResponseParser.parse(callback);
        if (!answer.indicatesSuccess()) {
            throw new GeneralException(answer.toErrorResponse().getErrorObject());
        }
        if (!state.equals(answer.getState()) || !metadata.getIssuer().equals(answer.getIssuer())) {
            throw new GeneralException("another state or issuer: " + callback);
        }
        return answer.toSuccessResponse().getAuthorizationCode();
    }

    OIDCTokenResponse redeem(AuthorizationCode code) throws Exception {
        return tokens(new AuthorizationCodeGrant(code, redirect, verifier));
    }

    OIDCTokenResponse refresh(RefreshToken token) throws Exception {
        return tokens(new RefreshTokenGrant(token));
    }

    /** The status and error of a refresh that must fail. */
    Map<String, Object> refusal(RefreshToken token) throws Exception {
        HTTPResponse answer = ask(new RefreshTokenGrant(token));
        Object error = answer.getBodyAsJSONObject().get("error");
        return Map.of("status", answer.getStatusCode(), "error", error == null ? "none" : error);
    }

    private HTTPResponse ask(AuthorizationGrant grant) throws Exception {
        URI endpoint = metadata.getTokenEndpointURI();
        return caller.send(
            () -> new TokenRequest(endpoint, caller.assertion(), grant, null).toHTTPRequest(), null);
    }

    private OIDCTokenResponse tokens(AuthorizationGrant grant) throws Exception {
        TokenResponse answer = OIDCTokenResponseParser.parse(ask(grant));
        if (!answer.indicatesSuccess()) {
            throw new GeneralException(answer.toErrorResponse().getErrorObject());
        }
        return (OIDCTokenResponse) answer.toSuccessResponse();
    }

    /** Verifies a token answer; what the harness wants to know of it. */
    Map<String, Object> told(OIDCTokenResponse answer) throws Exception {
        AccessToken access = answer.getOIDCTokens().getAccessToken();
        if (!(access instanceof DPoPAccessToken)) {
            throw new GeneralException("the token is not bound: " + access.getType());
        }
        IDTokenClaimsSet claims = new IDTokenValidator(
                metadata.getIssuer(), caller.id(), JWSAlgorithm.ES256, metadata.getJWKSetURI().toURL())
            .validate(answer.getOIDCTokens().getIDToken(), nonce);
        AccessTokenHash hash = claims.getAccessTokenHash();
        AccessTokenValidator.validate(access, JWSAlgorithm.ES256, hash);
        Map<String, Object> told = new HashMap<>();
        told.put("token_type", access.getType().getValue());
        told.put("scope", access.getScope() == null ? null : access.getScope().toString());
        told.put("id_token", claims.toJSONObject());
        String issuer = metadata.getIssuer().getValue();
        told.put("access_token", keys.verified(access.getValue(), "at+jwt", issuer));
        Object card = answer.getCustomParameters().get("ecard_token");
        if (card != null) {
            told.put("ecard_token", keys.verified(card.toString(), "ecard+jwt", caller.id().getValue()));
        }
        return told;
    }

    Map<String, Object> userinfo(AccessToken token) throws Exception {
        URI endpoint = metadata.getUserInfoEndpointURI();
        HTTPResponse answer =
            caller.send(() -> new UserInfoRequest(endpoint, token).toHTTPRequest(), token);
        UserInfoResponse told = UserInfoResponse.parse(answer);
        if (!told.indicatesSuccess()) {
            throw new GeneralException(told.toErrorResponse().getErrorObject());
        }
        return told.toSuccessResponse().getUserInfo().toJSONObject();
    }

    Map<String, Object> introspect(AccessToken token) throws Exception {
        URI endpoint = metadata.getIntrospectionEndpointURI();
        HTTPResponse answer =
            new TokenIntrospectionRequest(endpoint, caller.assertion(), token).toHTTPRequest().send();
        TokenIntrospectionResponse told = TokenIntrospectionResponse.parse(answer);
        if (!told.indicatesSuccess()) {
            throw new GeneralException(told.toErrorResponse().getErrorObject());
        }
        return told.toSuccessResponse().toJSONObject();
    }

    Void revoke(RefreshToken token) throws Exception {
        URI endpoint = metadata.getRevocationEndpointURI();
        new TokenRevocationRequest(endpoint, caller.assertion(), token)
            .toHTTPRequest().send().ensureStatusCode(HTTPResponse.SC_OK);
        return null;
    }
}
