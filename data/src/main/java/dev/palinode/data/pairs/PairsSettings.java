package dev.palinode.data.pairs;

import dev.palinode.data.dedup.ScreeningSettings;

/**
 * How pairs are made of files.
 *
 * @param screening what is left out
 * @param utilityRatio utility rows to one pair, 0 or more; fewer if the files have not as many
 * @param seed draws the utility rows
 */
public record PairsSettings(ScreeningSettings screening, double utilityRatio, long seed) {
  /**
   * @throws IllegalArgumentException if the ratio is out of range
   */
  public PairsSettings {
    UtilityMixture.wanted(0, utilityRatio);
  }
}
