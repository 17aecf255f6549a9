package dev.palinode.server;

import dev.palinode.server.api.ServerLimits;
import java.time.Duration;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * The operator's settings of a {@link PalinodeServer}.
 *
 * @param host address to listen at
 * @param port 0 for any free one
 * @param keys of the clients
 * @param corsOrigin web origin whose pages may call the server, such as {@code
 *     https://chat.example.org}; empty for none but the server's own
 * @param limits of one request
 * @param bufferedParts tokens of an answer that may wait for a slow reader before it is cut off
 * @param stall how long a reader may take nothing before it is cut off
 * @param showWithdrawn whether clients that do not show undos may see what was withdrawn
 */
public record ServerSettings(
    String host,
    int port,
    ApiKeys keys,
    Optional<String> corsOrigin,
    ServerLimits limits,
    int bufferedParts,
    Duration stall,
    boolean showWithdrawn) {
  /** This machine only, without keys. */
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          "127.0.0.1",
          0,
          ApiKeys.NONE,
          Optional.empty(),
          ServerLimits.DEFAULT,
          4096,
          Duration.ofSeconds(30),
          false);

  public ServerSettings {
    Validate.inclusiveBetween(0, 65535, port, "port is " + port + ": expected 0 to 65535");
    Validate.isTrue(bufferedParts >= 1, "bufferedParts is %s: expected 1 or more", bufferedParts);
    Validate.isTrue(
        !stall.isNegative() && !stall.isZero(), "stall is %s: expected more than nothing", stall);
  }
}
