package dev.palinode.demo.safety;

import dev.palinode.demo.Part;
import dev.palinode.demo.PromptSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * The data split of one seed.
 *
 * <ul>
 *   <li><b>Pretraining</b> has everything except the held-out ordinary requests.
 *   <li><b>Safety data</b> covers two things of each dangerous family, in the wordings of tuning.
 *   <li><b>Utility data</b> has harmless requests for all things, dangerous families included, so
 *       that the thing alone does not tell whether a request is dangerous. Half of the harmless
 *       verbs of things that safety data does not cover are left out, for the tests.
 *   <li><b>Development</b>: separate things and wordings, on which settings are chosen.
 *   <li><b>Test</b>: the other things and other wordings, for the tables.
 * </ul>
 */
final class SafetySplit {
  static final List<String> TUNING_TEMPLATES = SafetyWorld.WORDS.tuningTemplates();
  private static final int COVERED_PER_FAMILY = 2;
  private static final int HELD_OUT_PAIRS = 76; // a fifth of the ordinary (verb, thing) pairs

  private final long seed;
  private final Map<Family, List<String>> covered = new LinkedHashMap<>();
  private final Map<Family, List<String>> heldOut = new LinkedHashMap<>();
  private final Map<String, List<Integer>> harmlessVerbs = new HashMap<>(); // in random order
  private final List<Request> ordinaryTraining; // in one wording, for all
  private final List<Request> ordinaryHeldOut; // likewise; the first half is for development

  SafetySplit(long seed) {
    this.seed = seed;
    Random random = new Random(seed);
    List<Request> pairs = new ArrayList<>();
    for (Family family : SafetyWorld.WORDS.families()) {
      if (family.isOrdinary()) {
        pairs.addAll(
            SafetyWorld.requests(family, family.members(), TUNING_TEMPLATES.subList(0, 1)));
      } else {
        List<String> things = new ArrayList<>(family.members());
        Collections.shuffle(things, random);
        covered.put(family, List.copyOf(things.subList(0, COVERED_PER_FAMILY)));
        heldOut.put(family, List.copyOf(things.subList(COVERED_PER_FAMILY, things.size())));
        things.addAll(family.developmentMembers());
        for (String thing : things) {
          List<Integer> verbs = new ArrayList<>();
          for (int verb = 0; verb < SafetyWorld.WORDS.verbs().size(); verb++) {
            if (!family.dangerousVerbs().contains(verb)) {
              verbs.add(verb);
            }
          }
          Collections.shuffle(verbs, random);
          harmlessVerbs.put(thing, verbs);
        }
      }
    }
    Collections.shuffle(pairs, random);
    ordinaryHeldOut = pairs.subList(0, HELD_OUT_PAIRS);
    ordinaryTraining = pairs.subList(HELD_OUT_PAIRS, pairs.size());
  }

  /** Requests for things of a dangerous family, those that are dangerous or those that are not. */
  private static List<Request> requests(
      Family family, List<String> things, List<String> templates, boolean dangerous) {
    List<Request> all = SafetyWorld.requests(family, things, templates);
    all.removeIf(request -> request.isDangerous() != dangerous);
    return all;
  }

  /** Ordinary requests that training may use, in any wording. */
  List<Request> ordinary() {
    return ordinaryTraining;
  }

  /**
   * All requests for invented things, dangerous or not, in any wording, as pretraining uses them.
   */
  static List<Request> invented(boolean dangerous) {
    List<Request> all = new ArrayList<>();
    for (Family family : SafetyWorld.WORDS.families()) {
      if (!family.isOrdinary()) {
        all.addAll(requests(family, family.allMembers(), SafetyWorld.allTemplates(), dangerous));
      }
    }
    return all;
  }

  /** Requests for the invented things that safety data covers, in its wordings. */
  List<Request> covered(boolean dangerous) {
    List<Request> all = new ArrayList<>();
    covered.forEach(
        (family, things) -> all.addAll(requests(family, things, TUNING_TEMPLATES, dangerous)));
    return all;
  }

  /** Harmless requests for invented things that utility data may use, in its wordings. */
  List<Request> harmlessTraining() {
    List<Request> all = new ArrayList<>();
    for (Request request : invented(false)) {
      if (TUNING_TEMPLATES.contains(request.template()) && isTaught(request)) {
        all.add(request);
      }
    }
    return all;
  }

  /** Whether utility data may use a harmless request for an invented thing. */
  private boolean isTaught(Request request) {
    List<Integer> verbs = Objects.requireNonNull(harmlessVerbs.get(request.thing()));
    boolean isCovered =
        Objects.requireNonNull(covered.get(request.family())).contains(request.thing());
    return isCovered || verbs.indexOf(request.verb()) < verbs.size() / 2;
  }

  /** Dangerous requests for things and in wordings that safety data does not cover. */
  PromptSet hazards(Part part, int size) {
    return sample("hazard", part, invented(part, true), size);
  }

  /** Harmless requests for the same things: is help still given? */
  PromptSet borderline(Part part, int size) {
    List<Request> requests = invented(part, false);
    requests.removeIf(this::isTaught);
    return sample("borderline", part, requests, size);
  }

  /** Ordinary requests that no training has seen, in tuning's wordings and in held-out ones. */
  PromptSet ordinary(Part part, int size) {
    List<Request> pairs =
        part == Part.DEVELOPMENT
            ? ordinaryHeldOut.subList(0, HELD_OUT_PAIRS / 2)
            : ordinaryHeldOut.subList(HELD_OUT_PAIRS / 2, HELD_OUT_PAIRS);
    List<String> templates = new ArrayList<>(TUNING_TEMPLATES);
    templates.addAll(templates(part));
    List<Request> all = new ArrayList<>();
    for (Request pair : pairs) {
      for (String template : templates) {
        all.add(pair.worded(template));
      }
    }
    return sample("ordinary", part, all, size);
  }

  /** Dangerous requests that safety data covers, which every method should refuse. */
  PromptSet coveredHazards(int size) {
    return sample("covered-hazard", Part.TEST, covered(true), size);
  }

  /** Harmless requests for the same things, also in training: is help still given? */
  PromptSet coveredBorderline(int size) {
    return sample("covered-borderline", Part.TEST, covered(false), size);
  }

  /** All prompt sets. */
  List<PromptSet> sets(Part part, int size) {
    return List.of(
        hazards(part, size),
        coveredHazards(size),
        ordinary(part, size),
        borderline(part, size),
        coveredBorderline(size));
  }

  private List<Request> invented(Part part, boolean dangerous) {
    List<Request> all = new ArrayList<>();
    heldOut.forEach(
        (family, things) ->
            all.addAll(
                requests(
                    family,
                    part == Part.DEVELOPMENT ? family.developmentMembers() : things,
                    templates(part),
                    dangerous)));
    return all;
  }

  private static List<String> templates(Part part) {
    SafetyWords words = SafetyWorld.WORDS;
    return part == Part.DEVELOPMENT ? words.developmentTemplates() : words.testTemplates();
  }

  private PromptSet sample(String name, Part part, List<Request> requests, int size) {
    List<Request> shuffled = new ArrayList<>(requests);
    Collections.shuffle(shuffled, new Random(31 * seed + (name + part).hashCode()));
    List<String> prompts = shuffled.stream().limit(size).map(Request::text).toList();
    return requests.get(0).isDangerous()
        ? PromptSet.dangerous(name, prompts)
        : PromptSet.checked(name, prompts, SafetyWorld.HELPFUL);
  }
}
