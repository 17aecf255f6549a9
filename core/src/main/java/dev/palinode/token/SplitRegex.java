package dev.palinode.token;

import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Validates that a tokenizer's regular expression, in Oniguruma's syntax, cannot search too long.
 *
 * <p>The native library ends the process when a search at one place of the text takes more than ten
 * million steps. So only flat expressions are accepted, as in all published tokenizers that we know
 * except {@link #KNOWN}: alternatives that are sequences of characters and sets, each with a
 * repetition; groups hold a few literals, as in {@code (?i:'s|'t)?}. In a sequence, at most one
 * unbounded repetition may backtrack: then the steps grow in proportion to the text.
 */
final class SplitRegex {
  /** Half of the library's limit: some steps count twice. */
  private static final double MAX_STEPS = 5e6;

  private static final int MAX_LENGTH = 16_384;
  private static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Other expressions that are known to be cheap. */
  private static final Set<String> KNOWN =
      Set.of("(?:\\r?\\n)+(?!\\r?\\n)|.", "\\d{1,3}(?=(?:\\d{3})*\\b)", "(?=(\\d{3})+(?!\\d))");

  /** A character, or a set in brackets, which may be nested once. */
  private static final String ATOM =
      "(?:\\\\(?:[pP]\\{\\^?\\w+}|x\\{[0-9a-fA-F]+}|u[0-9a-fA-F]{4}|[dDwWsStnr]|[^\\p{L}\\p{N}])"
          + "|\\[\\^?(?:\\\\[^cCM]|[^\\[\\]\\\\]|\\[\\^?(?:\\\\[^cCM]|[^\\[\\]\\\\])+])+]"
          + "|[^\\\\\\[\\](){}|?*+^$])";

  /** A part of an alternative, and how often it is repeated. */
  private static final Pattern PART =
      Pattern.compile(
          ("(?:ATOM|(?<looks>\\(\\?<?[=!]ATOM\\)|[$^]|\\\\[bBAzZ])"
                  + "|\\((?:\\?i?:)?(?<literals>(?:[\\w' |]|\\[\\w+])+)\\))"
                  + "(?:(?<sign>[?*+])(?<mode>[+?])?"
                  + "|\\{(?<min>\\d{1,3})(?<to>,(?<max>\\d{1,3})?)?}(?<on>\\+)?)?")
              .replace("ATOM", ATOM),
          Pattern.DOTALL);

  /**
   * A part of an alternative.
   *
   * @param ways number of ways to match once
   * @param keeps whether it is possessive: it never backtracks
   * @param looks whether it is an assertion, which reads no character
   */
  private record Part(int ways, int min, int max, boolean keeps, boolean looks) {}

  private final List<List<Part>> alternatives = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if a search might take too many steps; the message says why
   */
  SplitRegex(String source) {
    if (!KNOWN.contains(source)) {
      read(source);
      if (!(alternatives.stream().mapToDouble(SplitRegex::steps).sum() <= MAX_STEPS)) {
        throw problem(source, "too many ways to match one text");
      }
    }
  }

  private void read(String source) {
    if (source.length() > MAX_LENGTH) {
      throw problem(source, String.format(Locale.ROOT, "more than %,d characters", MAX_LENGTH));
    }
    List<Part> alternative = new ArrayList<>();
    alternatives.add(alternative);
    Matcher part = PART.matcher(source);
    for (int at = 0; at < source.length(); at = part.end()) {
      if (source.charAt(at) == '|') {
        alternative = new ArrayList<>();
        alternatives.add(alternative);
        at++;
      }
      if (!part.region(at, source.length()).lookingAt()) {
        String rest = Printable.quote(source.substring(at, Math.min(at + 8, source.length())));
        throw problem(source, "something that is not supported at " + rest);
      }
      alternative.add(part(source, part));
    }
  }

  private static Part part(String source, Matcher part) {
    String sign = part.group("sign") == null ? "" : part.group("sign");
    int min = number(part.group("min"), sign.isEmpty() || sign.equals("+") ? 1 : 0);
    int one = sign.isEmpty() || sign.equals("?") ? 1 : UNBOUNDED;
    int max = number(part.group("max"), part.group("min") == null ? one : min);
    if (part.group("on") != null || (part.group("to") != null && part.group("max") == null)) {
      max = UNBOUNDED; // to Oniguruma, a + after } repeats the repetition
    }
    String literals = part.group("literals");
    if (literals != null && max > 1) {
      throw problem(source, "a repetition of something that can match in several ways");
    }
    int ways = literals == null ? 1 : literals.length();
    boolean keeps = "+".equals(part.group("mode"));
    return new Part(ways, min, max, keeps, part.group("looks") != null);
  }

  private static int number(@Nullable String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  private static double steps(List<Part> alternative) {
    double steps = 1;
    boolean canFail = false; // whether a later part can fail, so that this one backtracks
    for (int i = alternative.size() - 1; i >= 0; i--) {
      Part part = alternative.get(i);
      if ((canFail || part.min > 1) && !part.keeps) {
        int times = part.max == UNBOUNDED ? TextCuts.LONGEST_PIECE : part.max - part.min + 1;
        steps *= (double) part.ways * times;
      }
      canFail |= part.min > 0;
    }
    return steps;
  }

  /** Whether it may match the empty text; true if unknown. */
  boolean canMatchNothing() {
    return alternatives.isEmpty()
        || alternatives.stream()
            .anyMatch(parts -> parts.stream().allMatch(part -> part.min == 0 || part.looks));
  }

  private static IllegalArgumentException problem(String source, String what) {
    return new IllegalArgumentException(
        "the regular expression %s has %s: a short text could keep it busy for ever"
            .formatted(Printable.quote(source), what));
  }
}
