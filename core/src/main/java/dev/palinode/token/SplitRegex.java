package dev.palinode.token;

import dev.palinode.storage.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of a tokenizer, in Oniguruma's syntax: what a search with it may cost, and
 * between which characters a text may be cut.
 *
 * <p>The native library ends the process when a search at one place of the text takes more than ten
 * million steps. So only flat expressions are accepted: alternatives that are rows of characters
 * and sets, each with a repetition; groups hold a few literals, as in {@code (?i:'s|'t)?}. All
 * published tokenizers that we know are written like that, but for {@link #KNOWN}. In a row, at
 * most one open-ended repetition may be sent back by what follows: then the steps grow in
 * proportion to the text. Immutable.
 */
final class SplitRegex {
  /** Half of what the library allows: some steps count twice. */
  private static final double MAX_STEPS = 5e6;

  private static final int MAX_LENGTH = 16_384;
  private static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Other expressions that cost no more; where they split a text is not known here. */
  private static final Set<String> KNOWN =
      Set.of("(?:\\r?\\n)+(?!\\r?\\n)|.", "\\d{1,3}(?=(?:\\d{3})*\\b)");

  /** A character, or a set in brackets, which may hold sets that hold none. */
  private static final String ATOM =
      "(?:\\\\(?:[pP]\\{\\^?\\w+}|x\\{[0-9a-fA-F]+}|u[0-9a-fA-F]{4}|[dDwWsStnr]|[^\\p{L}\\p{N}])"
          + "|\\[\\^?(?:\\\\[^cCM]|[^\\[\\]\\\\]|\\[\\^?(?:\\\\[^cCM]|[^\\[\\]\\\\])+])+]"
          + "|[^\\\\\\[\\](){}|?*+^$])";

  /** The parts of an alternative: with these groups, and then how often they are repeated. */
  private static final Pattern PART =
      Pattern.compile(
          "(?:(?<atom>ATOM)|(?<ahead>\\(\\?[=!](?<seen>ATOM)\\)|\\$)"
                  .replace("ATOM", ATOM)
              + "|\\((?:\\?(?<any>i)?:)?(?<literals>(?:[\\w' |]|\\[\\w+])+)\\))"
              + "(?:(?<sign>[?*+])(?<mode>[+?])?|\\{(?<min>\\d{1,3})(?<to>,(?<max>\\d{1,3})?)?}(?<on>\\+)?)?",
          Pattern.DOTALL);

  /** Sets that Java might read otherwise. */
  private static final Pattern DOUBTFUL = Pattern.compile(".\\[|\\\\(?![dDwWsStnrpPxu])\\w");

  /**
   * A part of an alternative.
   *
   * @param set the characters it reads; null if that is not known
   * @param ways in how many ways it can match the same text
   * @param keeps whether it never gives back what it has read
   * @param ahead whether it looks ahead and reads nothing
   */
  private record Part(
      @Nullable Pattern set, double ways, int min, int max, boolean keeps, boolean ahead) {
    boolean mayRead(String character) {
      return set == null || set.matcher(character).matches();
    }
  }

  private final List<List<Part>> alternatives = new ArrayList<>();

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if a search might take too many steps; the message says why
   */
  SplitRegex(String source) {
    if (!KNOWN.contains(source)) {
      read(source);
      double steps = 0;
      for (List<Part> alternative : alternatives) {
        steps += steps(alternative);
      }
      if (!(steps <= MAX_STEPS)) {
        throw problem(source, "too many ways to match one text");
      }
    }
  }

  /** A literal text. */
  static SplitRegex literal(String text) {
    return new SplitRegex(text.replaceAll("[^\\p{L}\\p{N}]", "\\\\$0"));
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
    String literals = part.group("literals");
    String sign = part.group("sign") == null ? "" : part.group("sign");
    int min = number(part.group("min"), sign.isEmpty() || sign.equals("+") ? 1 : 0);
    int one = sign.isEmpty() || sign.equals("?") ? 1 : UNBOUNDED;
    int max = number(part.group("max"), part.group("min") == null ? one : min);
    if (part.group("on") != null || (part.group("to") != null && part.group("max") == null)) {
      max = UNBOUNDED; // to Oniguruma, a + behind } repeats the repetition
    }
    boolean keeps = "+".equals(part.group("mode"));
    if (literals == null) {
      boolean isAhead = part.group("ahead") != null;
      String set = isAhead ? part.group("seen") : part.group("atom");
      return new Part(pattern(set, 0), 1, min, max, keeps, isAhead);
    } else if (max > 1) {
      throw problem(source, "a repetition of something that can match in several ways");
    }
    int flags = part.group("any") == null ? 0 : Pattern.CASE_INSENSITIVE;
    Pattern set = pattern("[" + literals.replaceAll("[\\[\\]|]", "") + "]", flags);
    // of several characters, but of a few
    return new Part(set, literals.length(), min, literals.length(), keeps, false);
  }

  private static int number(@Nullable String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  private static @Nullable Pattern pattern(@Nullable String set, int flags) {
    if (set == null || set.equals(".") || DOUBTFUL.matcher(set).find()) {
      return null;
    }
    try {
      return Pattern.compile(set, Pattern.UNICODE_CHARACTER_CLASS | flags);
    } catch (PatternSyntaxException e) {
      return null; // of a name that Java does not know
    }
  }

  private static double steps(List<Part> alternative) {
    double steps = 1;
    boolean canFail = false; // after the part, so that its other ways are tried
    for (int i = alternative.size() - 1; i >= 0; i--) {
      Part part = alternative.get(i);
      if ((canFail || part.min > 1) && !part.keeps) {
        steps *= part.ways * (part.max == UNBOUNDED ? TextCuts.LONGEST_PIECE : part.max - part.min + 1);
      }
      canFail |= part.min > 0;
    }
    return steps;
  }

  /** Whether it can match without reading a character. */
  boolean canMatchNothing() {
    return alternatives.stream()
        .anyMatch(parts -> parts.stream().allMatch(part -> part.min == 0 || part.ahead));
  }

  /** Whether no part of the expression reads this character. */
  boolean neverReads(String character) {
    return !alternatives.isEmpty()
        && alternatives.stream().flatMap(List::stream).noneMatch(part -> part.mayRead(character));
  }

  /**
   * Whether a match ends or begins between the two characters wherever they are in a text, and no
   * match before that place depends on what follows it.
   *
   * @param before, after one character each
   */
  boolean partsAlways(String before, String after) {
    return !alternatives.isEmpty()
        && !canMatchNothing()
        && alternatives.stream().noneMatch(parts -> mayReadBoth(parts, before, after))
        && alternatives.stream().anyMatch(each -> accepts(each, before) || accepts(each, after));
  }

  private static boolean mayReadBoth(List<Part> parts, String before, String after) {
    boolean hasBefore = false;
    for (Part part : parts) {
      boolean readsBefore = part.mayRead(before);
      if ((hasBefore || (readsBefore && part.max > 1)) && part.mayRead(after)) {
        return true;
      }
      hasBefore |= readsBefore;
    }
    return false;
  }

  /** Whether it matches this character alone. */
  private static boolean accepts(List<Part> parts, String character) {
    List<Part> needed = new ArrayList<>(parts);
    needed.removeIf(part -> part.min == 0 && !(part.keeps && part.mayRead(character)));
    return needed.size() <= 1
        && (needed.isEmpty() ? parts : needed)
            .stream()
                .anyMatch(
                    part ->
                        part.set != null
                            && !part.ahead
                            && part.min <= 1
                            && part.mayRead(character));
  }

  private static IllegalArgumentException problem(String source, String what) {
    return new IllegalArgumentException(
        "the regular expression %s has %s: a short text could keep it busy for ever"
            .formatted(Printable.quote(source), what));
  }
}
