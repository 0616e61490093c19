import static java.util.Map.of;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.util.Map;

/** Everything a partner does, from discovery to a revoked token. */
final class Main {
    private Main() {}

    public static void main(String[] args) {
        Dialogue.run(Main::way);
    }

    private static Void way() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048)
            .keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.PS256).keyIDFromThumbprint(true).generate();
        Map<String, Object> mine =
            Dialogue.ask(of("jwks", new JWKSet(key.toPublicJWK()).toJSONObject()));
        Issuer issuer = new Issuer((String) mine.get("issuer"));
        DPoPProofFactory proofs =
            new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
        ClientID id = new ClientID((String) mine.get("client_id"));
        Caller caller = new Caller(id, issuer.getValue(), key, proofs);

        OIDCProviderMetadata metadata = Dialogue.step(
            "discovery", () -> OIDCProviderMetadata.resolve(issuer), m -> of());
        Partner partner = new Partner(metadata, caller, URI.create((String) mine.get("redirect_uri")));
        URI url = Dialogue.step("par", () -> partner.push((String) mine.get("scope")), u -> of());
        Object callback = Dialogue.ask(of("authorize", url.toString())).get("callback");
        AuthorizationCode code = partner.code(URI.create((String) callback));
        OIDCTokenResponse first = Dialogue.step("token", () -> partner.redeem(code), partner::told);
        afterwards(partner, first);
        return null;
    }

    private static void afterwards(Partner partner, OIDCTokenResponse first) throws Exception {
        AccessToken access = first.getOIDCTokens().getAccessToken();
        Dialogue.step("userinfo", () -> partner.userinfo(access), c -> of("claims", c));
        Dialogue.step("introspection", () -> partner.introspect(access), a -> of("answer", a));
        RefreshToken refresh = first.getOIDCTokens().getRefreshToken();
        OIDCTokenResponse second =
            Dialogue.step("refresh", () -> partner.refresh(refresh), partner::told);
        RefreshToken rotated = second.getOIDCTokens().getRefreshToken();
        RefreshToken last = rotated == null ? refresh : rotated;
        AccessToken fresh = second.getOIDCTokens().getAccessToken();
        Dialogue.step("userinfo again", () -> partner.userinfo(fresh), c -> of("claims", c));
        Dialogue.step("revocation", () -> partner.revoke(last), nothing -> of());
        Dialogue.step("introspection afterwards", () -> partner.introspect(fresh), a -> of("answer", a));
        Dialogue.step("refresh afterwards", () -> partner.refusal(last), a -> of("answer", a));
    }
}
