import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs the main methods of Kafka's command line tools one after the other in this process, as a start of Java for each would cost
 * more than the tool's own work. A line of standard input is a call, {main, args, stdin, seconds}; a line of standard output its
 * outcome, {code, out, err}. Owns: what a tool sees as its standard streams and as the end of its process. Invariant: one call at
 * a time; a call that does not end in time is answered with where its thread stands, and the caller must end this process then.
 */
public class Runner {
    /** Unwinds a tool that called exit. */
    private static class Exited extends RuntimeException {
        Exited() {
            super(null, null, false, false);
        }
    }

    /** One call: what it wrote and how it ended. The first exit counts; what a tool does while it is unwound did not happen. */
    private static class Call {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        Integer code;
        String outText;
        String errText;

        /** What the process would run at its end: console tools send and print their last there. */
        final List<Runnable> hooks = new CopyOnWriteArrayList<>();

        synchronized void end(int code) {
            if (this.code == null) {
                for (Runnable hook : hooks) {
                    Thread thread = new Thread(hook, "hook");
                    thread.setDaemon(true);
                    thread.start();
                    try {
                        thread.join(30_000);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                System.out.flush();
                System.err.flush();
                this.code = code;
                outText = out.toString(StandardCharsets.UTF_8);
                errText = err.toString(StandardCharsets.UTF_8);
            }
        }
    }

    private static volatile Call now;

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        PrintStream log = System.err;
        ObjectMapper json = new ObjectMapper();
        BufferedReader calls = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Exit.Procedure exit = (code, message) -> {
            now.end(code);
            throw new Exited();
        };
        Exit.setExitProcedure(exit);
        Exit.setHaltProcedure(exit);
        Exit.setShutdownHookAdder((name, hook) -> now.hooks.add(hook));
        for (String line = calls.readLine(); line != null; line = calls.readLine()) {
            JsonNode asked = json.readTree(line);
            Call call = new Call();
            now = call;
            System.setOut(new PrintStream(call.out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(call.err, true, StandardCharsets.UTF_8));
            System.setIn(new ByteArrayInputStream(asked.path("stdin").asText("").getBytes(StandardCharsets.UTF_8)));
            List<String> args = new ArrayList<>();
            asked.path("args").forEach(a -> args.add(a.asText()));
            Thread thread = new Thread(() -> run(call, asked.path("main").asText(), args.toArray(new String[0])), "tool");
            thread.setDaemon(true);
            thread.start();
            thread.join(asked.path("seconds").asLong(60) * 1000);
            ObjectNode answer = json.createObjectNode();
            if (thread.isAlive()) {
                StringBuilder where = new StringBuilder("it did not end in time; it stands at\n");
                for (StackTraceElement e : thread.getStackTrace()) {
                    where.append("  ").append(e).append('\n');
                }
                answer.put("hangs", where.toString());
                call.end(-1);
            }
            System.setOut(log);
            System.setErr(log);
            answer.put("code", call.code).put("out", call.outText).put("err", call.errText);
            answers.println(json.writeValueAsString(answer));
            answers.flush();
        }
        // The tools left threads behind that are not daemons.
        Runtime.getRuntime().halt(0);
    }

    private static void run(Call call, String name, String[] args) {
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) args);
            call.end(0);
        } catch (InvocationTargetException e) {
            // An uncaught exception of main ends a process with 1.
            if (!(e.getCause() instanceof Exited)) {
                e.getCause().printStackTrace();
            }
            call.end(1);
        } catch (ReflectiveOperationException e) {
            e.printStackTrace();
            call.end(127);
        }
    }
}
