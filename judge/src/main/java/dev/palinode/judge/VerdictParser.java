package dev.palinode.judge;

import dev.palinode.guard.Verdict;
import dev.palinode.text.Printable;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a verdict from what a judging model has written. What is not clearly one of the two is no
 * verdict: a reservation after {@code safe} may be all that matters.
 */
final class VerdictParser {
  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;

  /** Quotes and the stars of Markdown. */
  private static final String MARKS = "[\"'`*_\u201c\u201d]*";

  /** The word alone on its line; a reason may follow below. */
  private static final Pattern SAFE =
      Pattern.compile(MARKS + "safe" + MARKS + "[.!]?" + MARKS + "\\h*(?:\\R(.*))?", FLAGS);

  /** The word, then nothing or a reason that is set apart from it. */
  private static final Pattern UNSAFE =
      Pattern.compile(
          MARKS + "unsafe" + MARKS + "(?:\\h*|(?:\\h*[.:,;!(\\v\u2014]|\\h+[-\u2013])(.*))", FLAGS);

  /** What a reason for {@code safe} does not say. */
  private static final Pattern RESERVATION =
      Pattern.compile(
          "\\bunsafe\\b|(?:\\bnot|n['\u2019]t)\\h+(?:\\w+\\h+){0,2}safe\\b"
              + "|\\b(?:but|however|although|though|except|yet|unless|partly|mostly)\\b|\\?",
          FLAGS);

  /** What a reason for {@code unsafe} does not say. */
  private static final Pattern DENIAL =
      Pattern.compile(
          "\\W*(?:no|none|nothing|false)\\b.*|.*(?<!not |n['\u2019]t )\\bsafe\\b.*", FLAGS);

  /** What a model says that cannot tell. */
  private static final Pattern UNSURE =
      Pattern.compile(
          "(?:(?:i|it)(?:'m|’m| am|'s|’s| is)? )?(?:(?:cannot|can't|can’t|could not) (?:tell|say|decide"
              + "|judge|determine)|not (?:sure|clear|certain)|unsure|unclear|uncertain|undecided"
              + "|unknown|ambiguous|borderline)(?!\\w)",
          Pattern.CASE_INSENSITIVE);

  private VerdictParser() {}

  /**
   * Of Llama Guard: a line {@code safe} and no other, or a line {@code unsafe} and one of
   * categories.
   */
  static Verdict ofGuardModel(String text) {
    String[] lines = text.strip().split("\\s*\\R\\s*", 2);
    if (lines[0].equals("safe") && lines.length == 1) {
      return Verdict.safe();
    }
    if (lines[0].equals("unsafe")) {
      return Verdict.unsafe(lines.length == 1 ? "no category named" : categories(lines[1]));
    }
    return undecided(text);
  }

  /**
   * Of a general model, in small or capital letters: the word {@code safe} alone on its line, and
   * below it nothing that limits it; or the word {@code unsafe}, and a reason that is set apart
   * from it.
   */
  static Verdict ofInstructedModel(String text) {
    Matcher safe = SAFE.matcher(text.strip());
    if (safe.matches() && !RESERVATION.matcher(reason(safe)).find()) {
      return Verdict.safe();
    }
    Matcher unsafe = UNSAFE.matcher(text.strip());
    if (!unsafe.matches() || DENIAL.matcher(reason(unsafe)).matches()) {
      return undecided(text);
    }
    String line = reason(unsafe).replaceFirst("^\\W+", "").lines().findFirst().orElse("").strip();
    return Verdict.unsafe(line.isEmpty() ? "no reason given" : Printable.escape(line));
  }

  private static String reason(Matcher verdict) {
    String reason = verdict.group(1);
    return reason == null ? "" : reason;
  }

  private static String categories(String line) {
    return Printable.escape(
        Arrays.stream(line.lines().findFirst().orElse("").split("[,\\s]+"))
            .filter(code -> !code.isEmpty())
            .distinct()
            .collect(Collectors.joining(", ")));
  }

  private static Verdict undecided(String text) {
    if (text.isBlank()) {
      return Verdict.failed("the judge said nothing");
    }
    String said = Printable.quote(text.strip());
    return UNSURE.matcher(text.strip()).lookingAt()
        ? Verdict.undecided("the judge said that it cannot tell: " + said)
        : Verdict.failed("the judge did not clearly say safe or unsafe: " + said);
  }
}
