package dev.palinode.data.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.PlainText;
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
    DataStatistics statistics = new DataStatistics();
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
    assertThat(statistics.questions().count()).isEqualTo(3);
    assertThat(statistics.questions().mean()).isEqualTo(2);
    assertThat(statistics.answers().max()).isEqualTo(4);
    assertThat(statistics.answers().quantile(0.5)).isEqualTo(1);
    assertThat(statistics.turns().max()).isEqualTo(2);
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
    DataStatistics statistics = new DataStatistics();
    assertThat(statistics.answers().mean()).isZero();
    assertThat(statistics.answers().max()).isZero();
    assertThat(statistics.answers().quantile(0.9)).isZero();
  }
}
