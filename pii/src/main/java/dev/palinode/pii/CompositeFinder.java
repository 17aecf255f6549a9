package dev.palinode.pii;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The union of two finders. */
record CompositeFinder(PersonalDataFinder first, PersonalDataFinder second)
    implements PersonalDataFinder {
  @Override
  public List<PersonalData> find(String text, boolean complete) {
    List<PersonalData> all = new ArrayList<>(first.find(text, complete));
    all.addAll(second.find(text, complete));
    all.sort(Comparator.comparingInt(PersonalData::start));
    return all;
  }

  @Override
  public int stablePrefixLength(String text) {
    return Math.min(first.stablePrefixLength(text), second.stablePrefixLength(text));
  }
}
