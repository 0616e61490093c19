import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The harness, on standard input and output: one JSON object a line. */
final class Dialogue {
    private static final BufferedReader LINES =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static String doing = "start";

    private Dialogue() {}

    /** What may fail in any way. */
    interface Act<T> {
        T run() throws Exception;
    }

    /** What the harness is told of an outcome. */
    interface Tell<T> {
        Map<String, Object> of(T outcome) throws Exception;
    }

    static void say(Map<String, Object> what) {
        OUT.println(JSONObjectUtils.toJSONString(what));
    }

    static Map<String, Object> ask(Map<String, Object> what) throws Exception {
        say(what);
        String line = LINES.readLine();
        if (line == null) {
            throw new EOFException("the harness is gone");
        }
        return JSONObjectUtils.parse(line);
    }

    /** Does a step, and tells what came of it. */
    static <T> T step(String name, Act<T> act, Tell<T> tell) throws Exception {
        doing = name;
        T outcome = act.run();
        Map<String, Object> told = new HashMap<>(tell.of(outcome));
        told.put("step", name);
        say(told);
        return outcome;
    }

    /** Runs the whole program; a step that fails is named. */
    static void run(Act<Void> program) {
        try {
            program.run();
            say(Map.of("step", "done"));
        } catch (Exception error) {
            error.printStackTrace();
            say(Map.of("failed", doing, "why", error.toString()));
            System.exit(1);
        }
    }
}
