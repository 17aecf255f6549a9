package dev.palinode.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  @Test
  void warmsUpFromZero_peaks_andEndsAtTheFloor() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 2, 4, 12, 0.1);

    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(2)).isEqualTo(1);
    assertThat(schedule.at(4)).isEqualTo(2);
    assertThat(schedule.at(8)).isCloseTo(1.1, within(1e-12)); // halfway down the cosine
    assertThat(schedule.at(12)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void withoutWarmup_startsAtThePeak() {
    assertThat(new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 2, 0, 12, 0).at(0))
        .isEqualTo(2);
  }

  @Test
  void otherShapes_fallInALine_orNotAtAll() {
    LearningRateSchedule linear =
        new LearningRateSchedule(LearningRateSchedule.Shape.LINEAR, 2, 2, 12, 0.5);
    LearningRateSchedule constant =
        new LearningRateSchedule(LearningRateSchedule.Shape.CONSTANT, 2, 2, 12, 0.5);

    assertThat(linear.at(1)).isEqualTo(1);
    assertThat(linear.at(2)).isEqualTo(2);
    assertThat(linear.at(7)).isEqualTo(1.5);
    assertThat(constant.at(1)).isEqualTo(1);
    assertThat(constant.at(11)).isEqualTo(2);
  }

  @Test
  void warmupLongerThanTheRun_isRefused() {
    assertThatThrownBy(
            () -> new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 1, 5, 4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("warm-up of 5 in 4 steps");
  }
}
