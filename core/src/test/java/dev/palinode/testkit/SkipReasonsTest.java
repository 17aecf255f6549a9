package dev.palinode.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SkipReasonsTest {
  /** Runs a class as a build does, then closes the session. */
  private static void run(Class<?> tests) {
    LauncherConfig config =
        LauncherConfig.builder()
            .enableLauncherSessionListenerAutoRegistration(false)
            .addLauncherSessionListeners(new SkipReasons())
            .build();
    try (LauncherSession session = LauncherFactory.openSession(config)) {
      session
          .getLauncher()
          .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build());
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Passes.class, MissingFolder.class, AssumesAProcessor.class})
  void testsThatPass_orSayWhatIsMissing_areFine(Class<?> tests) {
    assertThatCode(() -> run(tests)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Disables.class,
        DisablesWithAnyReason.class,
        Aborts.class,
        AbortsWithAnyReason.class,
        AbortsAll.class
      })
  void testsSkippedWithoutAKnownReason_failTheRun(Class<?> tests) {
    assertThatThrownBy(() -> run(tests))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("skipped without a reason")
        .hasMessageContaining(tests.getSimpleName());
  }

  static class Passes {
    @Test
    void test() {}
  }

  static class MissingFolder {
    @Test
    void test() {
      Fixtures.data("no such file");
    }
  }

  static class AssumesAProcessor {
    @Test
    void test() {
      assumeTrue(false, "FBGEMM needs a processor with AVX2");
    }
  }

  static class Disables {
    @Test
    @Disabled
    void test() {}
  }

  static class DisablesWithAnyReason {
    @Test
    @Disabled("flaky")
    void test() {}
  }

  static class Aborts {
    @Test
    void test() {
      abort();
    }
  }

  static class AbortsWithAnyReason {
    @Test
    void test() {
      abort("not today");
    }
  }

  static class AbortsAll {
    @BeforeAll
    static void open() {
      abort("not today");
    }

    @Test
    void test() {}
  }
}
