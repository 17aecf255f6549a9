package dev.palinode.testkit;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Fails a test run in which a test was skipped without a known reason. It is registered in {@code
 * META-INF/services}, for every engine and every module with the test kit. Add new reasons to
 * {@link #KNOWN}.
 */
public final class SkipReasons implements LauncherSessionListener, TestExecutionListener {
  /** The prefixes of known reasons; JUnit writes "Assumption failed" before some of them. */
  private static final Pattern KNOWN =
      Pattern.compile(
          "(Assumption failed: )?("
              + String.join(
                  "|",
                  "skipped: .*, which is missing; to run them, set -Dpalinode\\.(fixtures|data|models)=",
                  "skipped: .* read from /proc/self/",
                  "skipped: no VmRSS in /proc/self/",
                  "skipped: no chromium with chromedriver on the PATH",
                  "FBGEMM needs a processor with AVX2",
                  "whoever runs this may read everything",
                  "@(Enabled|Disabled)If\\(\"supports", // LangChain4j's contract of models
                  "Disabled on operating system: ")
              + ")");

  private final Set<String> unexplained = new ConcurrentSkipListSet<>();

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    session.getLauncher().registerTestExecutionListeners(this);
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    check(test, Optional.ofNullable(reason));
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      check(test, result.getThrowable().map(Throwable::getMessage));
    }
  }

  private void check(TestIdentifier test, Optional<String> reason) {
    String text = reason.orElse("");
    if (!KNOWN.matcher(text).lookingAt()) {
      unexplained.add(test.getUniqueId() + ": " + (text.isEmpty() ? "no reason" : text));
    }
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    if (!unexplained.isEmpty()) {
      throw new IllegalStateException(
          "tests were skipped without a reason that "
              + SkipReasons.class.getName()
              + " knows:\n"
              + String.join("\n", unexplained));
    }
  }
}
