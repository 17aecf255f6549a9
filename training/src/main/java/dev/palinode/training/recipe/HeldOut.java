package dev.palinode.training.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Examples, some of which are kept from training.
 *
 * @param training the others, in their order
 * @param validation those that are kept, drawn by the seed
 */
record HeldOut<T>(List<T> training, List<T> validation) {
  /**
   * @param share that is kept, rounded down, but at least one where it is above 0
   */
  static <T> HeldOut<T> split(List<T> all, double share, long seed) {
    int kept = share == 0 ? 0 : Math.max(1, (int) (share * all.size()));
    if (kept >= all.size()) {
      throw new IllegalArgumentException(
          all.size() + " examples: too few to keep " + share + " of them for validation");
    }
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      places.add(i);
    }
    Collections.shuffle(places, new Random(seed));
    List<Integer> held = places.subList(0, kept);
    boolean[] isHeld = new boolean[all.size()];
    held.forEach(place -> isHeld[place] = true);
    List<T> training = new ArrayList<>();
    List<T> validation = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      (isHeld[i] ? validation : training).add(all.get(i));
    }
    return new HeldOut<>(training, validation);
  }
}
