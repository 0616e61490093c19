import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.util.Map;
import java.util.Set;

/** Verifies what an issuer signs, by the keys it publishes. */
final class Keys {
    private final JWKSource<SecurityContext> source;
    private final String issuer;

    Keys(OIDCProviderMetadata metadata) throws Exception {
        source = JWKSourceBuilder.create(metadata.getJWKSetURI().toURL()).build();
        issuer = metadata.getIssuer().getValue();
    }

    JWKSource<SecurityContext> source() {
        return source;
    }

    /** The claims of a token of ES256, a type of its own and one audience. */
    Map<String, Object> verified(String token, String typ, String audience) throws Exception {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType(typ)));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, source));
        JWTClaimsSet exact = new JWTClaimsSet.Builder().issuer(issuer).build();
        Set<String> required = Set.of("sub", "aud", "iat", "exp", "jti");
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(audience, exact, required));
        return processor.process(token, null).toJSONObject();
    }
}
