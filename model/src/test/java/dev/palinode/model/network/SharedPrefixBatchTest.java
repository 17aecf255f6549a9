package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SharedPrefixBatchTest {
  @Test
  void joined_prefixIsWhatAllBeginWith() {
    assertThat(SharedPrefixBatch.joining(List.of(new int[] {1, 2, 3, 4}, new int[] {1, 2, 5})))
        .usingRecursiveComparison()
        .isEqualTo(
            new SharedPrefixBatch(new int[] {1, 2}, List.of(new int[] {3, 4}, new int[] {5})));
    assertThat(
            SharedPrefixBatch.joining(
                List.of(new int[] {1, 2}, new int[] {1, 2, 5}, new int[] {1, 2})))
        .usingRecursiveComparison()
        .isEqualTo(
            new SharedPrefixBatch(
                new int[] {1, 2}, List.of(new int[] {}, new int[] {5}, new int[] {})));
    assertThat(SharedPrefixBatch.joining(List.of(new int[] {7, 8})))
        .usingRecursiveComparison()
        .isEqualTo(new SharedPrefixBatch(new int[] {7, 8}, List.of(new int[0])));
  }

  @Test
  void sizes_areThoseOfTheRowAndOfTheSequences() {
    SharedPrefixBatch tree =
        new SharedPrefixBatch(new int[] {1, 2}, List.of(new int[] {3}, new int[] {4, 5, 6}));

    assertThat(tree.tokens()).isEqualTo(6);
    assertThat(tree.longestSequence()).isEqualTo(5);
    assertThat(tree.isPlain()).isFalse();
  }

  @Test
  void nothingInCommon_orNothingAtAll_isRefused() {
    assertThatThrownBy(() -> SharedPrefixBatch.joining(List.of(new int[] {1}, new int[] {2})))
        .hasMessageContaining("do not begin alike");
    assertThatThrownBy(() -> SharedPrefixBatch.joining(List.of()))
        .hasMessageContaining("no sequences");
    assertThatThrownBy(() -> new SharedPrefixBatch(new int[] {}, List.of(new int[] {1})))
        .hasMessageContaining("at least one token");
    assertThatThrownBy(() -> new SharedPrefixBatch(new int[] {1}, List.of()))
        .hasMessageContaining("0 suffixes");
  }
}
