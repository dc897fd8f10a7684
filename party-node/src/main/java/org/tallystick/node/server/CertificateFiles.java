package org.tallystick.node.server;

import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.DevelopmentAuthority;
import org.tallystick.node.certs.TlsFiles;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.transport.TlsMaterial;

/**
 * This node's certificate, the authorities, the refused and the pinned certificates, taken anew from their files when
 * these change. Files that do not fit each other change nothing but a warning; what is refused or pinned holds at once,
 * whatever is wrong with the rest.
 */
final class CertificateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);
    private static final Duration SOON = Duration.ofDays(21);

    private final NodeConfig config;
    private TlsFiles files;
    private List<Optional<String>> pins;
    private List<String> seen;
    private Optional<User> user = Optional.empty();
    private Optional<String> problem = Optional.empty();

    private CertificateFiles(NodeConfig config, TlsFiles files, List<String> seen) {
        this.config = config;
        this.files = files;
        this.pins = pins(config);
        this.seen = seen;
    }

    /** Whoever shows and demands certificates. */
    interface User {
        /**
         * At once, and nothing else changes.
         *
         * @param pins for each party the only certificate that is accepted, if there is one
         */
        void refuse(Set<String> refused, List<Optional<String>> pins);

        /** Everything. */
        void renew(TlsMaterial peers, List<Optional<String>> pins, KeyCertOptions callers) throws IOException;
    }

    /** Reads the files for the first time. */
    static CertificateFiles open(NodeConfig config) {
        List<String> seen = marks(config);
        return new CertificateFiles(config, read(config), seen);
    }

    private static TlsFiles read(NodeConfig config) {
        return TlsFiles.read(
                config.tls().certificate(), config.tls().key(), config.tls().authority());
    }

    private Optional<String> fault(TlsFiles of) {
        return of.fault(
                DevelopmentAuthority.nodeName(config.role().id(), config.group().id()), Instant.now());
    }

    /** What to begin with. */
    synchronized TlsMaterial material() {
        return TlsMaterial.of(files);
    }

    /** From now on tells this one of every change. */
    synchronized void tell(User next) {
        user = Optional.of(next);
    }

    /** Takes the files anew when one of them has changed since they were looked at; to be called every few seconds. */
    synchronized void watch() {
        List<String> now = marks(config);
        if (!now.equals(seen)) {
            try {
                reload();
            } catch (NodeFailure e) {
                LOG.warn("certificates stay as they were: {}", e.getMessage());
            }
        }
    }

    /** Takes the files anew. */
    synchronized NodeService.Certificates reloadForCaller() {
        try {
            reload();
        } catch (NodeFailure e) {
            throw new ServiceFailure(Problem.of(Problem.Code.UNUSABLE_CERTIFICATE, e.problem(), e.remedy()));
        }
        return view();
    }

    private void reload() {
        // Before they are read: what changes meanwhile is seen next time.
        seen = marks(config);
        refuse();
        try {
            TlsFiles next = read(config);
            Optional<String> fault = fault(next);
            if (fault.isPresent()) {
                throw new NodeFailure(
                        fault.get(),
                        "put another certificate at " + config.tls().certificate());
            }
            pins = pins(NodeConfigFile.read(config.file()));
            TlsMaterial material = TlsMaterial.of(next);
            if (user.isPresent()) {
                user.get().renew(material, pins, material.identity());
            }
            files = next;
            problem = Optional.empty();
            LOG.info(
                    "certificate {} in use, until {}; {} refused",
                    fingerprint(),
                    files.own().getNotAfter().toInstant(),
                    files.refused().size());
        } catch (NodeFailure e) {
            problem = Optional.of(e.problem());
            throw e;
        } catch (IOException e) {
            problem = Optional.of(e.getMessage());
            throw new NodeFailure(e.getMessage(), "put a certificate and its key there that fit", e);
        }
    }

    /** Each file by itself; what is wrong with it is told when all are read. */
    private void refuse() {
        try {
            files = files.refusing(TlsFiles.refused(config.tls().certificate()));
        } catch (NodeFailure e) {
            LOG.debug("the refused certificates stay as they were", e);
        }
        try {
            pins = pins(NodeConfigFile.read(config.file()));
        } catch (NodeFailure e) {
            LOG.debug("the pinned certificates stay as they were", e);
        }
        user.ifPresent(each -> each.refuse(files.refused(), pins));
    }

    private static List<Optional<String>> pins(NodeConfig of) {
        return of.parties().stream().map(NodeConfig.Party::fingerprint).toList();
    }

    private String fingerprint() {
        return DevelopmentAuthority.fingerprint(files.own());
    }

    synchronized NodeService.Certificates view() {
        return new NodeService.Certificates(
                fingerprint(),
                files.own().getNotAfter().toInstant(),
                files.refused().stream().sorted().toList());
    }

    /** What an operator should look at. */
    synchronized List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        problem.ifPresent(what -> warnings.add("the files of certificates cannot be used: " + what));
        fault(files).ifPresent(warnings::add);
        Instant end = files.own().getNotAfter().toInstant();
        if (Instant.now().isAfter(end.minus(SOON))) {
            warnings.add("this node's certificate ends at " + end);
        }
        return warnings;
    }

    private static List<String> marks(NodeConfig config) {
        Path certificate = config.tls().certificate();
        return List.of(
                mark(certificate),
                mark(config.tls().key()),
                mark(config.tls().authority()),
                mark(certificate.resolveSibling(TlsFiles.REFUSED)),
                mark(config.file()));
    }

    private static String mark(Path file) {
        try {
            FileTime time = Files.getLastModifiedTime(file);
            return time + " " + Files.size(file) + " " + Files.getAttribute(file, "unix:ino");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "none";
        }
    }
}
