package dev.palinode.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Texts in the chunks that a guard sees: growing prefixes first, the complete text last. */
public final class Chunks {
  private Chunks() {}

  /** Texts put together from pieces. */
  public static Arbitrary<String> textsOf(String... pieces) {
    return Arbitraries.of(pieces).list().ofMaxSize(12).map(each -> String.join("", each));
  }

  /** A guard's verdicts on all prefixes of the text, including the empty one. */
  public static List<Verdict> ofPrefixes(Guard guard, String text) throws Exception {
    List<Verdict> verdicts = new ArrayList<>();
    for (int end = 0; end <= text.length(); end++) {
      verdicts.add(guard.check(text.substring(0, end), false));
    }
    return verdicts;
  }

  /**
   * Asserts that decisions are final: no longer prefix of the text, partial or complete, is unsafe
   * from within text that a shorter one decided.
   */
  public static void assertDecisionsStand(Guard guard, String text) throws Exception {
    List<Verdict> partial = ofPrefixes(guard, text);
    int unsafeFrom = Verdict.ALL; // of this prefix and all longer ones
    for (int end = text.length(); end >= 0; end--) {
      unsafeFrom = Math.min(unsafeFrom, unsafeFrom(guard.check(text.substring(0, end), true)));
      unsafeFrom = Math.min(unsafeFrom, unsafeFrom(partial.get(end)));
      if (!partial.get(end).isUnsafe()) {
        int decided = Math.min(end, partial.get(end).safePrefixLength());
        assertThat(decided).as("decided of the first %d", end).isLessThanOrEqualTo(unsafeFrom);
      }
    }
  }

  private static int unsafeFrom(Verdict verdict) {
    return verdict.isUnsafe() ? verdict.safePrefixLength() : Verdict.ALL;
  }
}
