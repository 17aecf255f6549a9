package dev.palinode.cli;

import dev.palinode.server.PalinodeServer;
import dev.palinode.server.ServerSettings;
import dev.palinode.server.engine.Engine;
import dev.palinode.text.Printable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** An HTTP server that runs until a signal ends the program. */
final class HttpService {
  private HttpService() {}

  /**
   * Serves until SIGTERM or Ctrl-C, lets answers end, and returns.
   *
   * @param engines closed at the end
   * @param what is served, for the line that tells where
   * @param drain how long answers may continue after the signal
   */
  static void run(ServerSettings settings, List<Engine> engines, String what, Duration drain)
      throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    try (PalinodeServer server = PalinodeServer.start(settings, engines, HttpService::log);
        EndSignals signals = EndSignals.endInOrder(() -> begin(end))) {
      System.out.printf(
          Locale.ROOT, "http://%s:%s serves %s%n", settings.host(), server.port(), what);
      System.out.flush();
      end.await();
      server.drain(drain);
    }
  }

  private static boolean begin(CountDownLatch end) {
    end.countDown();
    return true;
  }

  /** Writes a line to standard error. */
  static void log(String line) {
    System.err.println("palinode: " + Printable.lines(line));
  }
}
