package dev.palinode.tensor.distributed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * The address at which the processes of a group connect, and the rank of this one.
 *
 * @param rank of this process among all, from 0; the others connect to process 0
 * @param size number of processes
 * @param localRank of this process among those on its machine, from 0; selects its GPU
 * @param address host name or IP address under which all processes reach process 0; between
 *     machines an IP address is safest, as many machines know their own name as 127.0.1.1
 * @param port at which process 0 listens there, 1 to 65535
 * @param timeout how long a process waits for the others, when connecting and in every operation:
 *     longer than any process may be late, at least a millisecond. Process 0 may take longer to
 *     write files
 * @param networkInterface to use, for example {@code eth0}; without it, the one that reaches
 *     process 0
 */
public record Rendezvous(
    int rank,
    int size,
    int localRank,
    String address,
    int port,
    Duration timeout,
    Optional<String> networkInterface) {
  /** The default of {@link #timeout}. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  /** The variable that sets {@link #timeout}, in whole seconds. */
  public static final String TIMEOUT_VARIABLE = "PALINODE_PEER_TIMEOUT";

  public Rendezvous {
    Validate.isTrue(
        rank >= 0 && rank < size && localRank >= 0 && localRank < size,
        "process %s (on its machine %s) of %s: expected ranks from 0 to below the number of"
            + " processes",
        rank,
        localRank,
        size);
    Validate.isTrue(!address.isBlank(), "the address of process 0 is empty");
    Validate.isTrue(port >= 1 && port <= 65535, "port is %s: expected 1 to 65535", port);
    Validate.isTrue(timeout.toMillis() >= 1, "timeout is %s: expected 1 ms or more", timeout);
  }

  /** Whether an environment makes this process one of a group: it has a {@code RANK}. */
  public static boolean isIn(Map<String, String> environment) {
    return environment.containsKey("RANK");
  }

  /**
   * Reads the variables that {@code torchrun} and {@code palinode launch} set: {@code RANK}, {@code
   * WORLD_SIZE}, {@code LOCAL_RANK}, {@code MASTER_ADDR} and {@code MASTER_PORT}; and, where they
   * are set, {@link #TIMEOUT_VARIABLE} and {@code GLOO_SOCKET_IFNAME}. The message of an exception
   * names all that are missing or bad.
   */
  public static Rendezvous fromEnvironment(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    long size = number(environment, "WORLD_SIZE", 1, Integer.MAX_VALUE, problems);
    long last = size < 1 ? Integer.MAX_VALUE : size - 1; // of the ranks
    long rank = number(environment, "RANK", 0, last, problems);
    long localRank = number(environment, "LOCAL_RANK", 0, last, problems);
    String address = environment.getOrDefault("MASTER_ADDR", "").strip();
    if (address.isEmpty()) {
      problems.add("MASTER_ADDR is missing");
    }
    long port = number(environment, "MASTER_PORT", 1, 65535, problems);
    long seconds =
        environment.containsKey(TIMEOUT_VARIABLE)
            ? number(environment, TIMEOUT_VARIABLE, 1, Integer.MAX_VALUE, problems)
            : DEFAULT_TIMEOUT.toSeconds();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the environment does not say how to meet the other processes: "
              + String.join("; ", problems)
              + ". `palinode launch` sets what is needed on one machine");
    }
    return new Rendezvous(
        (int) rank,
        (int) size,
        (int) localRank,
        address,
        (int) port,
        Duration.ofSeconds(seconds),
        Optional.ofNullable(environment.get("GLOO_SOCKET_IFNAME")).filter(it -> !it.isBlank()));
  }

  /** The number, or -1 after adding a problem. */
  private static long number(
      Map<String, String> environment, String name, long least, long most, List<String> problems) {
    String value = environment.get(name);
    if (value == null) {
      problems.add(name + " is missing");
      return -1;
    }
    try {
      long number = Long.parseLong(value.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    problems.add(
        name + " is \"" + value + "\": expected a whole number from " + least + " to " + most);
    return -1;
  }

  /** {@code process 1 of 4}: how messages name this process. */
  String label() {
    return "process " + rank + " of " + size;
  }
}
