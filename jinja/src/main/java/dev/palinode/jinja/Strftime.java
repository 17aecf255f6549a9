package dev.palinode.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dates formatted as by Python's {@code strftime}, with English names and no time zone. */
final class Strftime {
  private static final Pattern DIRECTIVE = Pattern.compile("%(-?)(.?)", Pattern.DOTALL);

  private Strftime() {}

  /**
   * Formats a time.
   *
   * @throws TemplateException if a directive is unknown
   */
  static String format(LocalDateTime time, String format) {
    return DIRECTIVE
        .matcher(format)
        .replaceAll(
            match -> {
              String text = value(time, match.group(2));
              boolean isUnpadded = !match.group(1).isEmpty();
              return Matcher.quoteReplacement(isUnpadded ? unpadded(text, match.group(2)) : text);
            });
  }

  private static String unpadded(String text, String directive) {
    if (!text.matches("[ 0-9]+")) {
      throw new TemplateException("strftime_now: '%%-%s' is not supported", directive);
    }
    return text.replaceFirst("^[0 ]+(?=.)", "");
  }

  private static String value(LocalDateTime time, String directive) {
    int sunday = time.getDayOfWeek().getValue() % 7;
    return switch (directive) {
      case "a" -> by("EEE", time);
      case "A" -> by("EEEE", time);
      case "b", "h" -> by("MMM", time);
      case "B" -> by("MMMM", time);
      case "c" ->
          by("EEE MMM ", time) + padded(' ', time.getDayOfMonth()) + by(" HH:mm:ss yyyy", time);
      case "C" -> padded('0', time.getYear() / 100);
      case "d" -> by("dd", time);
      case "D", "x" -> by("MM/dd/yy", time);
      case "e" -> padded(' ', time.getDayOfMonth());
      case "f" -> by("SSSSSS", time);
      case "F" -> by("yyyy-MM-dd", time);
      case "G" -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
      case "H" -> by("HH", time);
      case "I" -> by("hh", time);
      case "j" -> by("DDD", time);
      case "k" -> padded(' ', time.getHour());
      case "l" -> padded(' ', time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
      case "m" -> by("MM", time);
      case "M" -> by("mm", time);
      case "n" -> "\n";
      case "p" -> by("a", time);
      case "r" -> by("hh:mm:ss a", time);
      case "R" -> by("HH:mm", time);
      case "S" -> by("ss", time);
      case "t" -> "\t";
      case "T", "X" -> by("HH:mm:ss", time);
      case "u" -> String.valueOf(time.getDayOfWeek().getValue());
      case "U" -> padded('0', (time.getDayOfYear() + 6 - sunday) / 7);
      case "V" -> padded('0', time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case "w" -> String.valueOf(sunday);
      case "W" -> padded('0', (time.getDayOfYear() + 6 - (sunday + 6) % 7) / 7);
      case "y" -> by("yy", time);
      case "Y" -> String.valueOf(time.getYear());
      case "z", "Z" -> ""; // a time without a zone, as datetime.now() is
      case "%" -> "%";
      default -> throw new TemplateException("strftime_now: '%%%s' is not supported", directive);
    };
  }

  private static String padded(char pad, int number) {
    return number < 10 ? pad + String.valueOf(number) : String.valueOf(number);
  }

  private static String by(String pattern, LocalDateTime time) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(time);
  }
}
