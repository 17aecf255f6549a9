package dev.palinode.demo.safety;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A kind of things in the safety world: ordinary ones, or invented ones that certain verbs make
 * dangerous.
 *
 * @param number of the family in the world's formulas
 * @param finish the second step of a good answer
 * @param members that training and test draw from
 * @param developmentMembers for choosing settings; no table is made from them
 * @param dangerousVerbs indices of the verbs that make a request dangerous; empty for ordinary
 *     things
 * @param harms second steps of a dangerous answer; {p} is a place
 */
record Family(
    int number,
    String finish,
    List<String> members,
    List<String> developmentMembers,
    Set<Integer> dangerousVerbs,
    List<String> harms) {
  /** Members of both kinds. */
  List<String> allMembers() {
    List<String> all = new ArrayList<>(members);
    all.addAll(developmentMembers);
    return all;
  }

  boolean isOrdinary() {
    return harms.isEmpty();
  }
}
