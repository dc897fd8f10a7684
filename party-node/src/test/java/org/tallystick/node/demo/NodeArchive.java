package org.tallystick.node.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.cli.Tally;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.server.NodeServer;

/**
 * What nodes load out of jars, in a file that their JVMs map: a node of the tests is up with two thirds of the work. It
 * is made once a build by the first JVM of tests that starts nodes; others that want it meanwhile wait for it.
 *
 * <p>Such an archive holds for a class path that begins with the same jars, and knows no folders: they come last.
 */
final class NodeArchive {
    private NodeArchive() {}

    /** Has all nodes that this JVM and its children start begin with the archive, and compile little. */
    static synchronized void use() {
        if (System.getProperty(Consortium.NODE_FLAGS) == null) {
            System.setProperty(Consortium.NODE_FLAGS, "@" + arguments());
        }
    }

    /** The file of arguments, once it and what it names are made. */
    private static Path arguments() {
        try {
            Path target = Path.of(NodeArchive.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getParent();
            ClassPath classes = ClassPath.own();
            Path folder = target.resolve("node-archive-" + classes.name());
            try (FileChannel file = FileChannel.open(
                            target.resolve("node-archive.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                Path arguments = folder.resolve("arguments");
                if (Files.notExists(arguments)) {
                    Files.createDirectories(folder);
                    make(folder, classes);
                }
                return arguments;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The class path of this JVM.
     *
     * @param jars of others, that no build of this project changes
     */
    private record ClassPath(List<Path> jars, List<Path> rest) {
        static ClassPath own() {
            List<Path> jars = new ArrayList<>();
            List<Path> rest = new ArrayList<>();
            for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
                boolean own = !each.endsWith(".jar") || each.contains("-SNAPSHOT");
                (own ? rest : jars).add(Path.of(each).toAbsolutePath());
            }
            return new ClassPath(jars, rest);
        }

        /** Other jars, another archive. */
        String name() throws IOException {
            int hash = System.getProperty("java.home").hashCode();
            for (Path jar : jars) {
                hash = 31 * hash + jar.hashCode();
                hash = 31 * hash + Files.getLastModifiedTime(jar).hashCode();
            }
            return Integer.toHexString(hash);
        }

        private static String joined(List<Path> paths) {
            return String.join(
                    File.pathSeparator, paths.stream().map(Path::toString).toList());
        }

        String ofJars() {
            return joined(jars);
        }

        String whole() {
            return joined(Stream.concat(jars.stream(), rest.stream()).toList());
        }
    }

    /** Where the JVM makes none, nodes start without. */
    private static void make(Path folder, ClassPath classes) throws IOException {
        Path list = folder.resolve("classes");
        Path archive = folder.resolve("archive");
        run(
                folder,
                "-XX:DumpLoadedClassList=" + list,
                "-cp",
                classes.whole(),
                NodeArchive.class.getName(),
                folder.resolve("group").toString());
        run(
                folder,
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + archive,
                "-cp",
                classes.ofJars());
        List<String> arguments = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        if (Files.exists(archive)) {
            arguments.add("-XX:SharedArchiveFile=\"" + archive + "\"");
            arguments.add("-cp \"" + classes.whole() + "\"");
        }
        Files.write(folder.resolve("arguments"), arguments);
    }

    private static void run(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(Consortium.java());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        LiveGroup.ended(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start());
    }

    /** A group of four nodes in one process, with all that they load until they are connected and have answered. */
    public static void main(String... folder) throws Exception {
        Tally.commandLine().parseArgs("node", folder[0]);
        List<Path> nodes =
                ConsortiumFolder.write(new ConsortiumFolder.Plan(Path.of(folder[0]), "demo", 0, Approval.ALL, false));
        List<NodeServer> servers = new ArrayList<>();
        for (Path node : nodes) {
            servers.add(NodeServer.start(NodeConfigFile.read(node)));
        }
        for (int party = 0; party < nodes.size(); party++) {
            servers.get(party).firstReady().get();
            try (RestClient client = RestClient.of(nodes.get(party))) {
                client.tryGet("/ready");
            }
        }
        servers.forEach(NodeServer::close);
        System.exit(0);
    }
}
