import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Is this e-card token good, now, for us?
 *
 * <pre>ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… java -cp 'lib/*' Verify.java ISSUER &lt; token</pre>
 *
 * Says so twice, a JSON object a line: by keys and status list fetched here (what works without asking anybody about a
 * person), and by asking the issuer. Exit 0 both say valid, 1 not valid, 2 nobody could tell.
 */
public class Verify {
    static final int LARGEST_LIST = 1 << 18; // 2^20 entries of two bits
    static final int CLOCKS_DIFFER_BY = 30; // seconds: excuses a beginning in the future, never an end that has passed
    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** The card is not good, or this is no card. */
    static class Invalid extends Exception {
        Invalid(String why) { super(why); }
    }

    /** Nobody could tell. Never to be taken for valid. */
    static class Unknown extends Exception {
        Unknown(String why) { super(why); }
    }

    record StatusList(long iat, long ttl, byte[] bytes) {}

    final String issuer;
    final Set<String> audience;
    final JWKSource<SecurityContext> keys;
    final Map<String, StatusList> lists = new HashMap<>();

    /** Keep one for as long as the process lives: it holds keys and lists. */
    Verify(String issuer, Set<String> audience) throws Exception {
        this.issuer = issuer;
        this.audience = audience;
        // Asks again for an unknown key name, at most once a minute.
        this.keys = JWKSourceBuilder.create(URI.create(issuer + "/oauth/jwks").toURL()).rateLimited(60_000).build();
    }

    /** How old the knowledge of the card's status is (s); the card is good when this returns. */
    long verify(String token, String function) throws Invalid, Unknown {
        var exact = new JWTClaimsSet.Builder().issuer(issuer).build();
        var required = Set.of("iss", "aud", "sub", "iat", "nbf", "exp", "status");
        var claims = open(token, "ecard+jwt", new DefaultJWTClaimsVerifier<>(audience, exact, required, Set.of()));
        try {
            var place = JSONObjectUtils.getJSONObject(claims.getJSONObjectClaim("status"), "status_list");
            var list = list(JSONObjectUtils.getString(place, "uri"));
            int idx = JSONObjectUtils.getInt(place, "idx");
            if (idx < 0 || idx / 4 >= list.bytes.length) throw new Unknown("index");
            int value = list.bytes[idx / 4] >> idx % 4 * 2 & 3; // two bits an entry, the lowest first
            if (value != 0) throw new Invalid(value == 1 ? "ended" : value == 2 ? "suspended" : "status");
            if (function != null && !claims.getStringListClaim("functions").contains(function)) {
                throw new Invalid("function_refused");
            }
            return Math.max(0, now() - list.iat);
        } catch (ParseException e) {
            throw new Invalid("form");
        }
    }

    /** Algorithm, kind and key are ours to say, not the token's. */
    JWTClaimsSet open(String token, String typ, DefaultJWTClaimsVerifier<SecurityContext> expected)
            throws Invalid, Unknown {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType(typ)));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, keys));
        expected.setMaxClockSkew(CLOCKS_DIFFER_BY);
        processor.setJWTClaimsSetVerifier(expected);
        try {
            var claims = processor.process(token, null);
            if (claims.getExpirationTime().toInstant().getEpochSecond() <= now()) throw new Invalid("expired");
            if (claims.getIssueTime().toInstant().getEpochSecond() > now() + CLOCKS_DIFFER_BY) {
                throw new Invalid("made in the future");
            }
            return claims;
        } catch (KeySourceException e) {
            throw new Unknown("keys: " + e.getMessage());
        } catch (BadJOSEException | JOSEException | ParseException e) {
            throw new Invalid(e.getMessage());
        }
    }

    StatusList list(String uri) throws Invalid, Unknown {
        if (!uri.startsWith(issuer + "/status/")) throw new Invalid("a status list of somebody else");
        var known = lists.get(uri);
        if (known == null || now() >= known.iat + known.ttl) {
            known = newer(uri, known);
            lists.put(uri, known);
        }
        return known;
    }

    StatusList newer(String uri, StatusList known) throws Unknown {
        var token = send(HttpRequest.newBuilder(URI.create(uri)));
        try {
            var exact = new JWTClaimsSet.Builder().subject(uri).build();
            var claims = open(token, "statuslist+jwt", new DefaultJWTClaimsVerifier<>(exact, Set.of("iat", "exp")));
            long iat = claims.getIssueTime().toInstant().getEpochSecond();
            if (known != null && iat < known.iat) throw new Unknown("an older list than we have");
            var list = claims.getJSONObjectClaim("status_list");
            if (JSONObjectUtils.getInt(list, "bits") != 2) throw new Unknown("another kind of list");
            var ttl = claims.getLongClaim("ttl");
            return new StatusList(iat, ttl == null ? 300 : ttl, unpack(JSONObjectUtils.getString(list, "lst")));
        } catch (Invalid | ParseException | DataFormatException e) {
            throw new Unknown("status list: " + e.getMessage());
        }
    }

    static byte[] unpack(String lst) throws DataFormatException, Unknown {
        var inflater = new Inflater();
        inflater.setInput(new Base64URL(lst).decode());
        var room = new byte[LARGEST_LIST];
        int used = inflater.inflate(room);
        if (!inflater.finished()) throw new Unknown("a list larger than any, or cut short");
        return java.util.Arrays.copyOf(room, used);
    }

    /** The issuer's own answer: nothing is fresher. */
    static void ask(String issuer, String token) throws Invalid, Unknown {
        var secret = System.getenv("ECARD_CLIENT_ID") + ":" + System.getenv("ECARD_CLIENT_SECRET");
        var basic = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        var body = "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(URI.create(issuer + "/verify"))
                .header("authorization", "Basic " + basic)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        try {
            var said = JSONObjectUtils.parse(send(request));
            if (JSONObjectUtils.getBoolean(said, "active")) return;
            var reason = JSONObjectUtils.getString(said, "reason");
            throw new Invalid(reason == null ? JSONObjectUtils.getString(said, "status") : reason);
        } catch (ParseException e) {
            throw new Unknown("answer: " + e.getMessage());
        }
    }

    static String send(HttpRequest.Builder request) throws Unknown {
        try {
            var answer = HTTP.send(request.timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) throw new Unknown("not answered: " + answer.statusCode());
            return answer.body();
        } catch (IOException | InterruptedException e) {
            throw new Unknown("not reached: " + e.getMessage());
        }
    }

    static long now() {
        return Instant.now().getEpochSecond();
    }

    interface Judge {
        void judge() throws Invalid, Unknown;
    }

    /** One line, and the exit code. The token and what it says of a person are never written. */
    static int say(String way, Judge judge) {
        try {
            judge.judge();
            System.out.println(JSONObjectUtils.toJSONString(Map.of("way", way, "verdict", "valid")));
            return 0;
        } catch (Invalid | Unknown e) {
            var verdict = e instanceof Invalid ? "invalid" : "unknown";
            var line = Map.<String, Object>of("way", way, "verdict", verdict, "reason", String.valueOf(e.getMessage()));
            System.out.println(JSONObjectUtils.toJSONString(line));
            return e instanceof Invalid ? 1 : 2;
        }
    }

    public static void main(String[] arguments) throws Exception {
        var issuer = arguments[0];
        var token = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
        var verifier = new Verify(issuer, Set.of(issuer + "/verify", System.getenv("ECARD_CLIENT_ID")));
        var codes = List.of(
                say("local", () -> verifier.verify(token, null)),
                say("online", () -> ask(issuer, token)));
        System.exit(codes.contains(1) ? 1 : Math.max(codes.get(0), codes.get(1)));
    }
}
