package dev.palinode.guard;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Texts as they reach a guard: growing prefixes first, the complete text last. */
final class Chunks {
  private Chunks() {}

  /** Texts put together from pieces. */
  static Arbitrary<String> textsOf(String... pieces) {
    return Arbitraries.of(pieces).list().ofMaxSize(12).map(each -> String.join("", each));
  }

  /** What a guard says of every beginning of the text, the empty one included. */
  static List<Verdict> ofPrefixes(Guard guard, String text) throws Exception {
    List<Verdict> verdicts = new ArrayList<>();
    for (int end = 0; end <= text.length(); end++) {
      verdicts.add(guard.check(text.substring(0, end), false));
    }
    return verdicts;
  }
}
