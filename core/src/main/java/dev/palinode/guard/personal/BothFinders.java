package dev.palinode.guard.personal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds what either finder finds. */
record BothFinders(PersonalDataFinder first, PersonalDataFinder second)
    implements PersonalDataFinder {
  @Override
  public List<PersonalData> find(String text, boolean complete) {
    List<PersonalData> all = new ArrayList<>(first.find(text, complete));
    all.addAll(second.find(text, complete));
    all.sort(Comparator.comparingInt(PersonalData::start));
    return all;
  }

  @Override
  public int undecidedFrom(String text) {
    return Math.min(first.undecidedFrom(text), second.undecidedFrom(text));
  }
}
