package org.tallystick.node.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A headless Chromium of this machine, driven over the DevTools protocol. The property {@code test.browser} names its
 * program; {@code none} is for who tests without one.
 */
public final class Chromium implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");
    private static final String LISTENING = "DevTools listening on ws://";

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;

    private Chromium(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Whether somebody has said that there is none here. */
    public static boolean isUnwanted() {
        return System.getProperty("test.browser", "").equals("none");
    }

    /** @param profile an empty folder for what the browser keeps */
    public static Chromium start(Path profile) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-extensions",
                "--disable-sync",
                "--no-first-run",
                "--no-proxy-server",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--lang=en",
                "--ignore-certificate-errors",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TZ", "UTC");
        builder.environment().put("HOME", profile.toString());
        builder.environment().put("TMPDIR", profile.toString());
        Process process = builder.start();
        StringBuilder heard = new StringBuilder();
        BufferedReader reader = process.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith(LISTENING)) {
                Thread.ofVirtual().start(() -> reader.lines().forEach(ignored -> {}));
                String rest = line.substring(LISTENING.length());
                return new Chromium(process, "http://" + rest.substring(0, rest.indexOf('/')));
            }
            heard.append(line).append('\n');
        }
        throw new IOException("Chromium ended before it listened:\n" + heard);
    }

    private static String program() {
        String named = System.getProperty("test.browser", "");
        if (!named.isEmpty()) {
            return named;
        }
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the console is tested in a browser, and there is none here:"
                        + " install Chromium (apt-get install chromium), name another with -Dtest.browser=PROGRAM, or"
                        + " leave these tests out with -Dtest.browser=none"))
                .toString();
    }

    /** A new tab. */
    public Page page() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/json/new?about:blank"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            String made =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            String socket = new ObjectMapper()
                    .readTree(made)
                    .get("webSocketDebuggerUrl")
                    .textValue();
            return new Page(new DevTools(client, URI.create(socket)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            all.forEach(ProcessHandle::destroyForcibly);
            // The profile can be deleted once nobody writes to it.
            for (ProcessHandle child : all) {
                child.onExit().get(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("Chromium does not end", e);
        }
        client.close();
    }
}
