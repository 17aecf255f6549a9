package dev.palinode.data.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Counts over records. */
class DataStatisticsTest {
  @Test
  void records_areCountedByKind_andTheirTextsByWords() {
    DataStatistics statistics = new DataStatistics(Optional.empty());
    statistics.accept(new SafetyTriple(List.of(Message.user("a b  c")), "no", "yes sir"));
    statistics.accept(
        new Conversation(
            List.of(
                Message.system("s"),
                Message.user("a"),
                Message.assistant("b"),
                Message.user("c d"),
                Message.assistant("e f g h"))));

    assertThat(statistics.kinds()).isEqualTo(Map.of("safety triple", 1L, "conversation", 1L));
    assertThat(statistics.questions().getTotalCount()).isEqualTo(3);
    assertThat(statistics.questions().getMean()).isEqualTo(2);
    assertThat(statistics.answers().getMaxValue()).isEqualTo(4);
    assertThat(statistics.answers().getValueAtPercentile(50)).isEqualTo(1);
    assertThat(statistics.turns().getMaxValue()).isEqualTo(2);
    assertThat(statistics.personalData()).isEmpty();
  }

  @Test
  void personalData_isCountedByType() {
    DataStatistics statistics = new DataStatistics(Optional.of(PersonalDataFinder.emails()));
    statistics.accept(new PlainText("to a@x.org and b@x.org"));
    statistics.accept(new PlainText("to nobody"));

    assertThat(statistics.personalData()).isEqualTo(Map.of(PersonalData.Type.EMAIL, 2L));
    assertThat(statistics.withPersonalData()).isEqualTo(1);
  }

  @Test
  void nothing_hasNoLength() {
    DataStatistics statistics = new DataStatistics(Optional.empty());
    assertThat(statistics.answers().getMean()).isZero();
    assertThat(statistics.answers().getMaxValue()).isZero();
    assertThat(statistics.answers().getValueAtPercentile(90)).isZero();
  }
}
