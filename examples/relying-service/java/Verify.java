import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.DefaultResourceRetriever;
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
 * <pre>
 * mvn -q dependency:copy-dependencies -DoutputDirectory=lib
 * ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… java -cp 'lib/*' Verify.java ISSUER [FUNCTION] &lt; token
 * </pre>
 *
 * Says so twice, a JSON object a line: by keys and status list fetched here (what works without asking anybody about a
 * person), and by asking the issuer, who takes the code of a citizen's phone as well. Exit 0 valid, 1 not valid, 2
 * nobody could tell, or asked wrongly.
 */
public class Verify {
    static final int LARGEST_LIST = 1 << 18; // 2^20 entries of two bits
    static final int CLOCKS_DIFFER_BY = 30; // seconds: excuses a beginning in the future, never an end that has passed
    static final int ASK_AGAIN_AFTER = 60; // seconds: an issuer that is down is asked no more often
    static final Duration LONGEST_WAIT = Duration.ofSeconds(2); // what takes longer is unknown
    // A key the token brings along, or what we do not know.
    static final List<String> FORBIDDEN = List.of("jku", "jwk", "x5u", "crit");
    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(LONGEST_WAIT).build();

    /** The card is not good, or this is no card. */
    static class Invalid extends Exception {
        Invalid(String why) { super(why); }
    }

    /** Nobody could tell. Never to be taken for valid. */
    static class Unknown extends Exception {
        Unknown(String why) { super(why); }
    }

    /** A list; {@code since} is when it was last known to be true, {@code fetched} when it was last asked for. */
    record StatusList(long iat, long exp, long ttl, byte[] bytes, long since, long fetched, String tag) {
        StatusList confirmed(long now) {
            return new StatusList(iat, exp, ttl, bytes, now, now, tag);
        }
    }

    final String issuer;
    final Set<String> audience;
    final JWKSource<SecurityContext> keys;
    final Map<String, StatusList> lists = new HashMap<>();
    final Map<String, Long> askedAt = new HashMap<>();

    /** Keep one for as long as the process lives: it holds keys and lists. */
    Verify(String issuer, Set<String> audience) throws Exception {
        this.issuer = issuer;
        this.audience = audience;
        // Kept for an hour; asked for again for an unknown key name, at most once a minute.
        var url = URI.create(issuer + "/oauth/jwks").toURL();
        int wait = (int) LONGEST_WAIT.toMillis();
        this.keys = JWKSourceBuilder.create(url, new DefaultResourceRetriever(wait, wait, 1 << 16))
                .cache(3_600_000, wait)
                .rateLimited(60_000)
                .build();
    }

    /** How old the knowledge of the card's status is (s); the card is good when this returns. */
    long verify(String token, String function) throws Invalid, Unknown {
        var exact = new JWTClaimsSet.Builder().issuer(issuer).build();
        var required = Set.of("iss", "aud", "sub", "iat", "nbf", "exp", "status", "functions");
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
            return Math.max(0, now() - list.since);
        } catch (ParseException | NullPointerException e) {
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
            var header = JWSObject.parse(token).getHeader().toJSONObject();
            if (FORBIDDEN.stream().anyMatch(header::containsKey)) throw new Invalid("header");
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
        if (known == null || now() >= known.fetched + known.ttl) known = renewed(uri, known);
        if (known == null || now() >= known.exp) throw new Unknown("no status list");
        return known;
    }

    /** A newer list, or the one we have: it stands until its end. */
    StatusList renewed(String uri, StatusList known) throws Unknown {
        if (now() < askedAt.getOrDefault(uri, 0L) + ASK_AGAIN_AFTER) return known;
        askedAt.put(uri, now());
        try {
            var request = HttpRequest.newBuilder(URI.create(uri));
            if (known != null) request.header("if-none-match", known.tag);
            var answer = send(request);
            // What is confirmed (304) is as young as that; what is sent is as old as it says.
            var newer = answer.statusCode() == 304 ? known.confirmed(now()) : read(uri, answer, known);
            lists.put(uri, newer);
            return newer;
        } catch (Unknown e) {
            if (known == null) throw e;
            return known;
        }
    }

    StatusList read(String uri, HttpResponse<String> answer, StatusList known) throws Unknown {
        var token = answer.body();
        try {
            var exact = new JWTClaimsSet.Builder().subject(uri).build();
            var claims = open(token, "statuslist+jwt", new DefaultJWTClaimsVerifier<>(exact, Set.of("iat", "exp")));
            long iat = claims.getIssueTime().toInstant().getEpochSecond();
            if (known != null && iat < known.iat) throw new Unknown("an older list than we have");
            var list = claims.getJSONObjectClaim("status_list");
            if (JSONObjectUtils.getInt(list, "bits") != 2) throw new Unknown("another kind of list");
            var ttl = claims.getLongClaim("ttl");
            long exp = claims.getExpirationTime().toInstant().getEpochSecond();
            var bytes = unpack(JSONObjectUtils.getString(list, "lst"));
            var tag = answer.headers().firstValue("etag").orElse("");
            return new StatusList(iat, exp, ttl == null ? 300 : ttl, bytes, iat, now(), tag);
        } catch (Invalid | ParseException | DataFormatException | NullPointerException e) {
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

    static boolean isCode(String shown) {
        return shown.startsWith("EC1:") || shown.matches("[0-9]+");
    }

    /** The issuer's own answer: nothing is fresher. A code is used up by it. */
    static void ask(String issuer, String shown, String function) throws Invalid, Unknown {
        var secret = System.getenv("ECARD_CLIENT_ID") + ":" + System.getenv("ECARD_CLIENT_SECRET");
        var basic = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        var body = (isCode(shown) ? "qr=" : "token=") + URLEncoder.encode(shown, StandardCharsets.UTF_8);
        if (function != null) body += "&function=" + URLEncoder.encode(function, StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(URI.create(issuer + "/verify"))
                .header("authorization", "Basic " + basic)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        try {
            var said = JSONObjectUtils.parse(send(request).body());
            if (JSONObjectUtils.getBoolean(said, "active")) return;
            var reason = JSONObjectUtils.getString(said, "reason");
            var status = JSONObjectUtils.getString(said, "status");
            if (reason == null) throw new Unknown(status); // the issuer cannot tell either
            throw new Invalid(reason.equals("revoked") ? status : reason);
        } catch (ParseException e) {
            throw new Unknown("answer: " + e.getMessage());
        }
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws Unknown {
        try {
            var answer = HTTP.send(request.timeout(LONGEST_WAIT).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 && answer.statusCode() != 304) {
                throw new Unknown("answered " + answer.statusCode());
            }
            return answer;
        } catch (IOException | InterruptedException e) {
            throw new Unknown("not reached: " + e);
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
        var id = System.getenv("ECARD_CLIENT_ID");
        if (arguments.length == 0 || id == null || System.getenv("ECARD_CLIENT_SECRET") == null) {
            System.err.println("usage: ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… Verify.java ISSUER [FUNCTION] < token");
            System.exit(2);
        }
        var issuer = arguments[0].replaceAll("/+$", "");
        var function = arguments.length > 1 ? arguments[1] : null;
        var shown = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
        var verifier = new Verify(issuer, Set.of(issuer + "/verify", id));
        int online = say("online", () -> ask(issuer, shown, function));
        int local = isCode(shown) ? online : say("local", () -> verifier.verify(shown, function));
        System.exit(online == 1 || local == 1 ? 1 : Math.max(online, local));
    }
}
