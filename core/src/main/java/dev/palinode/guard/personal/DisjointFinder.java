package dev.palinode.guard.personal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds what another finder finds, each piece of text once: see {@link
 * PersonalDataFinder#withoutOverlaps}.
 *
 * <p>Who wins hangs on all that overlaps, and on what overlaps that. So in partial text data count
 * once all of their cluster lies in what is decided.
 */
record DisjointFinder(PersonalDataFinder finder) implements PersonalDataFinder {
  private static final Comparator<PersonalData> BEST_FIRST =
      Comparator.comparing((PersonalData data) -> !data.type().hasKnownForm())
          .thenComparing(data -> data.start() - data.end())
          .thenComparing(PersonalData::type)
          .thenComparing(PersonalData::start);

  @Override
  public List<PersonalData> find(String text, boolean complete) {
    int decided = complete ? text.length() : finder.undecidedFrom(text);
    List<PersonalData> best = new ArrayList<>();
    for (List<PersonalData> cluster : clusters(finder.find(text, complete))) {
      if (end(cluster) > decided) {
        break;
      }
      best.addAll(bestOf(cluster));
    }
    return best;
  }

  @Override
  public int undecidedFrom(String text) {
    int decided = finder.undecidedFrom(text);
    return clusters(finder.find(text, false)).stream()
        .filter(cluster -> end(cluster) > decided)
        .mapToInt(cluster -> Math.min(decided, cluster.get(0).start()))
        .findFirst()
        .orElse(decided);
  }

  /** What hangs together by overlaps, from left to right. */
  private static List<List<PersonalData>> clusters(List<PersonalData> found) {
    List<PersonalData> byStart = new ArrayList<>(found);
    byStart.sort(Comparator.comparingInt(PersonalData::start));
    List<List<PersonalData>> clusters = new ArrayList<>();
    int end = 0;
    for (PersonalData data : byStart) {
      if (data.start() >= end) {
        clusters.add(new ArrayList<>());
      }
      clusters.get(clusters.size() - 1).add(data);
      end = Math.max(end, data.end());
    }
    return clusters;
  }

  private static int end(List<PersonalData> cluster) {
    return cluster.stream().mapToInt(PersonalData::end).max().orElse(0);
  }

  private static List<PersonalData> bestOf(List<PersonalData> cluster) {
    List<PersonalData> best = new ArrayList<>();
    cluster.stream()
        .sorted(BEST_FIRST)
        .filter(data -> best.stream().noneMatch(data::overlaps))
        .forEach(best::add);
    best.sort(Comparator.comparingInt(PersonalData::start));
    return best;
  }
}
