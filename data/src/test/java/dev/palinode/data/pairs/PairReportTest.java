package dev.palinode.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.guard.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What labels make of preferences. */
class PairReportTest {
  private static final List<Message> PROMPT = List.of(Message.user("how are blickets made"));

  private final List<SafetyTriple> kept = new ArrayList<>();
  private final PairReport report = new PairReport();

  @Test
  void safeAndUnsafe_becomeATriple_whicheverWasPreferred() {
    accept(labelled("no", Verdict.safe(), "boil it", Verdict.unsafe("word \"boil\"")));
    accept(labelled("boil it", Verdict.unsafe("word \"boil\""), "no", Verdict.safe()));

    SafetyTriple triple = new SafetyTriple(PROMPT, "no", "boil it");
    assertThat(kept).containsExactly(triple, triple);
    assertThat(report.count(LabelledPair.Outcome.CHOSEN_IS_SAFE)).isEqualTo(1);
    assertThat(report.count(LabelledPair.Outcome.REJECTED_IS_SAFE)).isEqualTo(1);
  }

  @Test
  void others_areDroppedAndCounted() {
    accept(labelled("no", Verdict.safe(), "never", Verdict.safe()));
    accept(labelled("boil it", Verdict.unsafe("a"), "burn it", Verdict.unsafe("b")));
    accept(labelled("no", Verdict.safe(), "burn it", Verdict.undecided("no answer")));
    accept(labelled("burn it", Verdict.undecided("no answer"), "no", Verdict.unsafe("b")));

    assertThat(kept).isEmpty();
    assertThat(report.count(LabelledPair.Outcome.BOTH_SAFE)).isEqualTo(1);
    assertThat(report.count(LabelledPair.Outcome.BOTH_UNSAFE)).isEqualTo(1);
    assertThat(report.count(LabelledPair.Outcome.UNDECIDED)).isEqualTo(2);
    assertThat(report.total()).isEqualTo(4);
    assertThat(report.kept()).isZero();
  }

  @Test
  void report_showsCountsReasonsAndExamples_onLinesOfTheirOwn() {
    accept(labelled("no,\n# thanks", Verdict.safe(), "boil *it*", Verdict.unsafe("word \"boil\"")));
    for (int i = 0; i < 5; i++) {
      accept(labelled("no" + i, Verdict.safe(), "never", Verdict.safe()));
    }

    assertThat(report.toMarkdown())
        .startsWith("6 pairs, 1 kept\n")
        .contains("| kept: the chosen answer is safe, the rejected one unsafe | 1 |")
        .contains("| dropped: both answers are safe | 5 |")
        .contains("| word \"boil\" | 1 |")
        .contains("\n  - chosen, SAFE: no, \\# thanks\n")
        .contains("\n  - rejected, UNSAFE (word \"boil\"): boil \\*it\\*\n")
        .contains("no2")
        .doesNotContain("no3");
  }

  @Test
  void droppedPair_isNoTriple() {
    assertThatThrownBy(() -> labelled("a", Verdict.safe(), "b", Verdict.safe()).toTriple())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("dropped: both answers are safe");
  }

  private void accept(LabelledPair pair) {
    report.add(pair);
    if (pair.outcome().isKept()) {
      kept.add(pair.toTriple());
    }
  }

  private static LabelledPair labelled(
      String chosen, Verdict ofChosen, String rejected, Verdict ofRejected) {
    return new LabelledPair(new PreferencePair(PROMPT, chosen, rejected), ofChosen, ofRejected);
  }
}
