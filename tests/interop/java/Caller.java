import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;

/** Proves who the client is and that it holds its key, in every request anew. */
final class Caller {
    private final ClientID id;
    private final String issuer;
    private final RSAKey key;
    private final DPoPProofFactory proofs;
    private Nonce nonce;

    Caller(ClientID id, String issuer, RSAKey key, DPoPProofFactory proofs) {
        this.id = id;
        this.issuer = issuer;
        this.key = key;
        this.proofs = proofs;
    }

    /** A request is made anew when the server asks for a nonce: an assertion is good once. */
    interface Make {
        HTTPRequest request() throws Exception;
    }

    ClientID id() {
        return id;
    }

    /** A fresh assertion for the issuer. */
    PrivateKeyJWT assertion() throws Exception {
        JWTAuthenticationClaimsSet claims = new JWTAuthenticationClaimsSet(id, new Audience(issuer));
        return new PrivateKeyJWT(claims, JWSAlgorithm.PS256, key.toPrivateKey(), key.getKeyID(), null);
    }

    /** Sends a request with a proof, and once more with the nonce if it is asked for. */
    HTTPResponse send(Make make, AccessToken token) throws Exception {
        HTTPResponse answer = once(make.request(), token);
        boolean asked = answer.getStatusCode() == 400 || answer.getStatusCode() == 401;
        if (asked && demands(answer)) {
            answer = once(make.request(), token);
        }
        return answer;
    }

    private HTTPResponse once(HTTPRequest request, AccessToken token) throws Exception {
        String method = request.getMethod().name();
        request.setDPoP(token == null
            ? proofs.createDPoPJWT(method, request.getURI(), nonce)
            : proofs.createDPoPJWT(method, request.getURI(), token, nonce));
        HTTPResponse answer = request.send();
        if (answer.getDPoPNonce() != null) {
            nonce = answer.getDPoPNonce();
        }
        return answer;
    }

    private static boolean demands(HTTPResponse answer) throws Exception {
        String challenge = answer.getWWWAuthenticate();
        String told = challenge == null ? answer.getBody() : challenge + answer.getBody();
        return told != null && told.contains("use_dpop_nonce");
    }
}
