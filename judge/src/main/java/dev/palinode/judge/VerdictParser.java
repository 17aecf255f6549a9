package dev.palinode.judge;

import dev.palinode.guard.Verdict;
import dev.palinode.text.Printable;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses the reply of a judging model. A reply that is not clearly one of the two words is not a
 * verdict: a reservation after {@code safe} may be decisive.
 */
final class VerdictParser {
  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;

  /** Quotes, and Markdown's marks. */
  private static final String MARKS = "[\"'`*_\u201c\u201d]*";

  /** The word alone on its line; a reason may follow below. */
  private static final Pattern SAFE =
      Pattern.compile(MARKS + "safe" + MARKS + "[.!]?" + MARKS + "\\h*(?:\\R(.*))?", FLAGS);

  /** The word alone, or separated from a reason by punctuation or a line end. */
  private static final Pattern UNSAFE =
      Pattern.compile(
          MARKS + "unsafe" + MARKS + "(?:\\h*|(?:\\h*[.:,;!(\\v\u2014]|\\h+[-\u2013])(.*))", FLAGS);

  /** Words that limit or contradict {@code safe} in its reason. */
  private static final Pattern RESERVATION =
      Pattern.compile(
          "\\bunsafe\\b|(?:\\bnot|n['\u2019]t)\\h+(?:\\w+\\h+){0,2}safe\\b"
              + "|\\b(?:but|however|although|though|except|yet|unless|partly|mostly)\\b|\\?",
          FLAGS);

  /** A reason that contradicts {@code unsafe}. */
  private static final Pattern DENIAL =
      Pattern.compile(
          "\\W*(?:no|none|nothing|false)\\b.*|.*(?<!not |n['\u2019]t )\\bsafe\\b.*", FLAGS);

  /** Replies of a model that cannot tell. */
  private static final Pattern UNSURE =
      Pattern.compile(
          "(?:(?:i|it)(?:'m|’m| am|'s|’s| is)? )?(?:(?:cannot|can't|can’t|could not) (?:tell|say|decide"
              + "|judge|determine)|not (?:sure|clear|certain)|unsure|unclear|uncertain|undecided"
              + "|unknown|ambiguous|borderline)(?!\\w)",
          Pattern.CASE_INSENSITIVE);

  private VerdictParser() {}

  /** Llama Guard's reply: a line {@code safe}, or a line {@code unsafe} and one of categories. */
  static Verdict ofGuardModel(String text) {
    String[] lines = text.strip().split("\\s*\\R\\s*", 2);
    if (lines[0].equals("safe") && lines.length == 1) {
      return Verdict.safe();
    }
    if (lines[0].equals("unsafe")) {
      return Verdict.unsafe(
          lines.length == 1
              ? "no category named"
              : Printable.escape(categories(lines[1], code -> code)));
    }
    return unclear(text);
  }

  /** A general model's reply, in lower or upper case. */
  static Verdict ofInstructedModel(String text) {
    Matcher safe = SAFE.matcher(text.strip());
    if (safe.matches() && !RESERVATION.matcher(reason(safe)).find()) {
      return Verdict.safe();
    }
    Matcher unsafe = UNSAFE.matcher(text.strip());
    if (!unsafe.matches() || DENIAL.matcher(reason(unsafe)).matches()) {
      return unclear(text);
    }
    String line = reason(unsafe).replaceFirst("^\\W+", "").lines().findFirst().orElse("").strip();
    return Verdict.unsafe(line.isEmpty() ? "no reason given" : Printable.escape(line));
  }

  private static String reason(Matcher verdict) {
    String reason = verdict.group(1);
    return reason == null ? "" : reason;
  }

  /** The codes in the first line of a text, described, without repetitions. */
  static String categories(String text, UnaryOperator<String> describe) {
    return Arrays.stream(text.strip().lines().findFirst().orElse("").split("[,\\s]+"))
        .filter(code -> !code.isEmpty())
        .distinct()
        .map(describe)
        .collect(Collectors.joining(", "));
  }

  private static Verdict unclear(String text) {
    if (text.isBlank()) {
      return Verdict.failed("the judge said nothing");
    }
    String reply = Printable.quote(text.strip());
    return UNSURE.matcher(text.strip()).lookingAt()
        ? Verdict.undecided("the judge said that it cannot tell: " + reply)
        : Verdict.failed("the judge did not clearly say safe or unsafe: " + reply);
  }
}
