package org.tallystick.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.protocol.Profile;

/**
 * All that one node is told, as {@code node.yaml} says it ({@link NodeConfigFile} reads it). Paths are absolute. No
 * secret is in it but {@link Data#password}, which {@code toString} leaves out.
 *
 * @param file the file it was read from
 * @param role this node's own role
 * @param parties the four parties, in party order, this node among them
 * @param listen where this node accepts its peers; need not be the address that {@code parties} publishes
 * @param signingKey file of this node's Ed25519 key
 * @param agreementKey file of this node's SM2 key for agreements, if the signing key does not sign them
 * @param state folder of this node's state
 * @param database where the state's tables are, if not in that folder
 * @param tracing whether the node keeps what it held, sent and received of each session, for demonstrations
 */
public record NodeConfig(
        Path file,
        Group group,
        Role role,
        List<Party> parties,
        HostPort listen,
        Tls tls,
        Path signingKey,
        Optional<Path> agreementKey,
        Rest rest,
        Access access,
        Path state,
        Optional<Database> database,
        Data data,
        Policy policy,
        Governance governance,
        Limits limits,
        Batching batching,
        Garbled garbled,
        Deadlines deadlines,
        boolean tracing) {
    public NodeConfig {
        parties = List.copyOf(parties);
    }

    /** This node's index among the parties. */
    public int self() {
        return role.ordinal();
    }

    /** This node's own entry among the parties. */
    public Party own() {
        return parties.get(self());
    }

    /** The group: {@code id} names it in certificates and proposals, {@code name} is for people. */
    public record Group(String id, String name) {}

    /**
     * One party as the others know it.
     *
     * @param address where it accepts its peers
     * @param signingKey its Ed25519 public key, 32 bytes in lower-case hex
     * @param agreementKey its SM2 public key, the uncompressed point of 65 bytes in lower-case hex, if that key signs
     *     its agreements instead of {@code signingKey}
     * @param fingerprint SHA-256 of its certificate in lower-case hex, if this node accepts no other
     */
    public record Party(
            Role role,
            HostPort address,
            String signingKey,
            Optional<String> agreementKey,
            Optional<String> fingerprint) {}

    /** PEM files: the group's authority, this node's certificate, its PKCS#8 key. */
    public record Tls(Path authority, Path certificate, Path key) {}

    /** @param tokenHash file with the SHA-256, in hex, of the bearer token that REST callers show */
    public record Rest(HostPort listen, Path tokenHash) {}

    /**
     * A PostgreSQL database for the node's state.
     *
     * @param passwordFile a file that only its owner can read
     */
    public record Database(String url, String user, Path passwordFile) {}

    /**
     * Where this node's own columns are.
     *
     * @param url JDBC; {@code ${folder}} stands for the folder of the configuration file
     * @param query reads the rows of many subjects; has {@code IN (?)} exactly once
     * @param id the column that holds the subject
     * @param idKind what a subject looks like, for the check of requests
     */
    public record Data(String url, String user, String password, String query, String id, IdKind idKind) {
        @Override
        public String toString() {
            return "Data[" + url + ", " + user + ", " + query + ", " + id + "]";
        }
    }

    /** Unified social credit codes, whose last character checks the others; or any text. */
    public enum IdKind {
        CREDIT_CODE,
        TEXT
    }

    /** Which programs a node runs: those its operator approved, or any (dangerous: demonstrations only). */
    public enum Approval {
        LISTED,
        ALL
    }

    /**
     * Sessions below the profile {@code floor} are refused, and those with more than {@code maxRows} rows. Of tables of
     * shares at most {@code tableRows} rows are kept, none by default: they stay when the owner's data has changed. Of
     * garbled stock at most {@code stock} rows are kept, in memory.
     */
    public record Policy(Profile floor, int maxRows, int tableRows, int stock, Approval approve) {}

    /**
     * What the use of this node's data needs beside the approval of programs.
     *
     * @param agreements whether every use needs an agreement in force; only laboratories do without
     * @param windowDays the window in which bits about a business are counted
     * @param fewestSubjects of anything aggregate that this node agrees to
     * @param prices the most this node may ask for a row of each kind of use, in the currency's smallest unit
     */
    public record Governance(boolean agreements, int windowDays, int fewestSubjects, Map<String, Long> prices) {
        public Governance {
            prices = Map.copyOf(prices);
        }
    }

    /** When a bank computes answers in garbled circuits: where that is expected to be faster, always, or never. */
    public enum Use {
        AUTO,
        ALWAYS,
        NEVER
    }

    /**
     * A bank's garbled stock of each active model.
     *
     * @param low below so many rows more are made
     * @param full so many rows are made
     */
    public record Garbled(Use use, int low, int full) {}

    /**
     * @param frameBytes largest frame that is taken from a peer
     * @param bodyBytes largest body of a REST request
     * @param jobRows most rows of one job
     * @param sessions most sessions at the same time
     * @param stockBytes most memory for garbled stock
     * @param ratePrincipal REST requests a second of each caller who is known
     * @param rateAddress REST requests a second of each address whose callers are not
     */
    public record Limits(
            int frameBytes,
            int bodyBytes,
            int jobRows,
            int sessions,
            int stockBytes,
            int ratePrincipal,
            int rateAddress) {}

    /**
     * How people log in.
     *
     * @param idle after which a session that is not used ends
     * @param session after which a session ends in any case
     * @param sso the organisation's own log-in, if it is used
     */
    public record Access(Duration idle, Duration session, Optional<SsoConfig> sso) {}

    /**
     * Requests that arrive within {@code window} while a run is under way go together.
     *
     * @param maxRows most of them in one run
     * @param maxRuns most such runs at the same time
     * @param jobChunk rows of a job that run together
     */
    public record Batching(Duration window, int maxRows, int maxRuns, int jobChunk) {}

    /**
     * @param connect for each step of a new connection to a peer: to reach it, TLS, its first frame
     * @param reconnect the longest wait between two attempts to reach a peer that is away
     * @param accept for all acceptances of a proposal
     * @param receive for any one message of a run
     * @param request for one REST request from beginning to end
     */
    public record Deadlines(
            Duration connect, Duration reconnect, Duration accept, Duration receive, Duration request) {}
}
