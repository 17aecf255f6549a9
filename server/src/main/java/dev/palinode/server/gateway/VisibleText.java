package dev.palinode.server.gateway;

import dev.palinode.decode.undo.UndoCause;
import dev.palinode.server.engine.AnswerPart.Piece;
import dev.palinode.server.engine.AnswerPart.Retraction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The visible text of an answer in pieces, the first of which have been reported. */
final class VisibleText {
  private final StringBuilder text = new StringBuilder();
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>(); // of the pieces, in chars
  private final List<Long> reportTimes = new ArrayList<>(); // of the reported ones
  private Optional<Long> firstReport = Optional.empty();
  private int discarded;

  void add(Piece piece) {
    text.append(piece.text());
    pieces.add(piece);
    ends.add(text.length());
  }

  /**
   * The pieces not reported yet that end within the first {@code chars}; they count as reported.
   */
  List<Piece> report(int chars) {
    int begin = reportTimes.size();
    int end = begin;
    while (end < pieces.size() && ends.get(end) <= chars) {
      reportTimes.add(System.nanoTime());
      end++;
    }
    firstReport = firstReport.or(this::firstRemaining);
    return List.copyOf(pieces.subList(begin, end));
  }

  /**
   * Removes the text after the first {@code chars}, and for 0 all pieces, also empty ones. A piece
   * that reaches beyond them goes as a whole, and what remains of it is a new piece.
   */
  Retraction withdraw(int chars, UndoCause cause, String reason, OptionalDouble probability) {
    String before = text.toString();
    int kept = 0;
    while (chars > 0 && kept < pieces.size() && ends.get(kept) <= chars) {
      kept++;
    }
    int begin = kept == 0 ? 0 : ends.get(kept - 1);
    int gone = Math.max(0, reportTimes.size() - kept);
    int end = gone == 0 ? begin : ends.get(reportTimes.size() - 1);
    discarded += pieces.size() - kept;
    for (List<?> each : List.of(pieces, ends, reportTimes)) {
      each.subList(Math.min(kept, each.size()), each.size()).clear();
    }
    text.setLength(begin);
    if (begin < chars) {
      discarded--;
      add(new Piece(before.substring(begin, chars), Optional.empty(), OptionalDouble.empty()));
    }
    return new Retraction(gone, before.substring(begin, end), cause, reason, probability);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  int length() {
    return text.length();
  }

  /** Number of pieces. */
  int size() {
    return pieces.size();
  }

  int discarded() {
    return discarded;
  }

  /** When the first piece was reported, as {@link System#nanoTime}. */
  Optional<Long> firstReport() {
    return firstReport;
  }

  /** When the first piece was reported that was not withdrawn, likewise. */
  Optional<Long> firstRemaining() {
    return reportTimes.stream().findFirst();
  }
}
