package dev.palinode.guard.classifier;

import dev.palinode.guard.Verdict;
import dev.palinode.storage.Printable;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a verdict from what a judging model has written. */
final class SpokenVerdict {
  /** Alone, or with something set apart behind it: "safe or unsafe" is no verdict. */
  private static final Pattern SAFE =
      Pattern.compile("safe\\s*(?:[.,:;!\\n].*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** The word, and the rest of its line or the next one. */
  private static final Pattern UNSAFE =
      Pattern.compile("unsafe(?![\\w/|-])\\W*(.*)", Pattern.CASE_INSENSITIVE);

  /** What a model says that cannot tell. */
  private static final Pattern UNSURE =
      Pattern.compile(
          "(?:(?:i|it)(?:'m|’m| am|'s|’s| is)? )?(?:(?:cannot|can't|can’t|could not) (?:tell|say|decide"
              + "|judge|determine)|not (?:sure|clear|certain)|unsure|unclear|uncertain|undecided"
              + "|unknown|ambiguous|borderline)(?!\\w)",
          Pattern.CASE_INSENSITIVE);

  private SpokenVerdict() {}

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

  /** Of a general model: it begins with one of the words, in small or capital letters. */
  static Verdict ofInstructedModel(String text) {
    if (SAFE.matcher(text.strip()).matches()) {
      return Verdict.safe();
    }
    Matcher unsafe = UNSAFE.matcher(text.strip());
    if (!unsafe.lookingAt()) {
      return undecided(text);
    }
    String reason = unsafe.group(1).strip();
    return Verdict.unsafe(reason.isEmpty() ? "no reason given" : Printable.escape(reason));
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
        : Verdict.failed("the judge said neither safe nor unsafe: " + said);
  }
}
