package dev.palinode.data.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecordsTest {
  private static final List<Message> PROMPT = List.of(Message.user("How?"));

  @Test
  void asSafetyTriple_readsChosenAsSafeAndRejectedAsUnsafe() {
    assertThat(new PreferencePair(PROMPT, "good", "bad").asSafetyTriple())
        .isEqualTo(new SafetyTriple(PROMPT, "good", "bad"));
  }

  @Test
  void response_isWhatTheModelShouldSay() {
    List<SftExample> examples =
        List.of(new SafetyTriple(PROMPT, "good", "bad"), new UtilityExample(PROMPT, "fine"));
    assertThat(examples).extracting(SftExample::response).containsExactly("good", "fine");
    assertThat(examples).extracting(SftExample::prompt).containsOnly(PROMPT);
  }

  @Test
  void prompt_isCopied() {
    List<Message> prompt = new ArrayList<>(PROMPT);
    UtilityExample example = new UtilityExample(prompt, "fine");
    prompt.clear();
    assertThat(example.prompt()).isEqualTo(PROMPT);
  }

  @Test
  void constructors_refuseWhatCannotBeTrainedOn() {
    assertThatThrownBy(() -> new UtilityExample(List.of(), "fine"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prompt is empty: it needs at least one message");
    assertThatThrownBy(
            () -> new UtilityExample(List.of(Message.user("a"), Message.assistant("b")), "fine"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prompt ends with the assistant's message 2");
    assertThatThrownBy(() -> new UtilityExample(PROMPT, " \n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("response is blank: there is nothing to learn");
    assertThatThrownBy(() -> new SafetyTriple(PROMPT, "", "bad"))
        .hasMessage("safe is empty: there is nothing to learn");
    assertThatThrownBy(() -> new SafetyTriple(PROMPT, "good", ""))
        .hasMessage("unsafe is empty: there is nothing to learn");
    assertThatThrownBy(() -> new SafetyTriple(PROMPT, "same", "same"))
        .hasMessage("safe and unsafe are the same text: they must differ");
    assertThatThrownBy(() -> new PreferencePair(PROMPT, "same", "same"))
        .hasMessage("chosen and rejected are the same text: they must differ");
  }

  @Test
  void importReport_countsAndExplains() {
    ImportReport report =
        new ImportReport(9, 9, Map.of(DropReason.SAME_ANSWER, 1L, DropReason.EMPTY_TURN, 2L), 0);
    assertThat(report.read()).isEqualTo(12);
    assertThat(report.droppedTotal()).isEqualTo(3);
    assertThat(report)
        .hasToString(
            "read 12, kept 9, dropped 3 (2: a turn has no text; 1: both answers are the same)");
    assertThat(new ImportReport(1, 1, Map.of(), 0)).hasToString("read 1, kept 1, dropped 0");
  }

  @Test
  void importReport_refusesCountsOutOfRange() {
    assertThatThrownBy(() -> new ImportReport(-1, 0, Map.of(), 0))
        .hasMessage("kept is -1: it must be at least 0");
    assertThatThrownBy(() -> new ImportReport(0, 0, Map.of(DropReason.EMPTY_TURN, 0L), 0))
        .hasMessageContaining("dropped EMPTY_TURN is 0");
  }
}
