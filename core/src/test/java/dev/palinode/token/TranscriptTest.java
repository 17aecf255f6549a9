package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  private static final int RESET = 3;

  private static Transcript transcript(OptionalInt resetId, int... raw) {
    Transcript transcript = new Transcript(resetId);
    for (int id : raw) {
      transcript.append(id);
    }
    return transcript;
  }

  @Test
  void visible_isWhatFollowsTheLastReset() {
    Transcript transcript = transcript(OptionalInt.of(RESET), 7, 8, RESET, 9, RESET, 5, 6);

    assertThat(transcript.visible()).containsExactly(5, 6);
    assertThat(transcript.raw()).containsExactly(7, 8, RESET, 9, RESET, 5, 6);
    assertThat(transcript.resets()).isEqualTo(2);
    assertThat(transcript.discarded()).isEqualTo(3);
  }

  @Test
  void withoutResetToken_everythingStands() {
    assertThat(transcript(OptionalInt.empty(), 1, RESET, 2).visible()).containsExactly(1, RESET, 2);
  }

  /** Against the definition, spelled out slowly. */
  @Property
  void visibleAndCounts_matchTheDefinition(
      @ForAll @Size(max = 40) int @IntRange(min = 0, max = 5) [] raw) {
    Transcript transcript = transcript(OptionalInt.of(RESET), raw);

    int lastReset = -1;
    int resets = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == RESET) {
        lastReset = i;
        resets++;
      }
    }
    assertThat(transcript.visible()).isEqualTo(Arrays.copyOfRange(raw, lastReset + 1, raw.length));
    assertThat(transcript.raw()).isEqualTo(raw);
    assertThat(transcript.resets()).isEqualTo(resets);
    assertThat(transcript.visible().length + transcript.discarded() + transcript.resets())
        .isEqualTo(raw.length);
  }
}
