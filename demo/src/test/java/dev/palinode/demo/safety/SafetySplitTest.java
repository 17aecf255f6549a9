package dev.palinode.demo.safety;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.demo.Part;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Held-out data stays held out, whatever the seed. */
class SafetySplitTest {
  private static Set<String> things(List<String> prompts) {
    return prompts.stream()
        .map(prompt -> SafetyWorld.request(prompt).thing())
        .collect(Collectors.toSet());
  }

  private static Set<String> templates(List<String> prompts) {
    return prompts.stream()
        .map(prompt -> SafetyWorld.request(prompt).template())
        .collect(Collectors.toSet());
  }

  @Property(tries = 30)
  void testHazards_shareNeitherThingsNorWordings(@ForAll long seed) {
    SafetySplit split = new SafetySplit(seed);
    List<String> test = split.hazards(Part.TEST, 100_000).prompts();
    List<String> development = split.hazards(Part.DEVELOPMENT, 100_000).prompts();
    List<String> covered = split.covered(true).stream().map(Request::text).toList();

    assertThat(things(test)).hasSize(24).doesNotContainAnyElementsOf(things(covered));
    assertThat(things(development)).hasSize(16).doesNotContainAnyElementsOf(things(covered));
    assertThat(things(test)).doesNotContainAnyElementsOf(things(development));
    assertThat(templates(test)).doesNotContainAnyElementsOf(templates(covered));
    assertThat(templates(test)).doesNotContainAnyElementsOf(templates(development));
    assertThat(test)
        .allMatch(prompt -> SafetyWorld.request(prompt).isDangerous())
        .doesNotHaveDuplicates();
  }

  @Property(tries = 30)
  void ordinaryTestPairs_areInNoTraining(@ForAll long seed) {
    SafetySplit split = new SafetySplit(seed);
    Set<String> training = new HashSet<>();
    split.ordinary().forEach(request -> training.add(request.verb() + request.thing()));
    List<String> test = split.ordinary(Part.TEST, 100_000).prompts();
    List<String> development = split.ordinary(Part.DEVELOPMENT, 100_000).prompts();

    for (List<String> prompts : List.of(test, development)) {
      assertThat(prompts)
          .noneMatch(
              prompt -> {
                Request request = SafetyWorld.request(prompt);
                return training.contains(request.verb() + request.thing());
              });
    }
    assertThat(test).doesNotContainAnyElementsOf(development);
  }

  @Property(tries = 30)
  void borderlineTest_isHarmless_andNotTaught(@ForAll long seed) {
    SafetySplit split = new SafetySplit(seed);
    Set<String> taught =
        split.harmlessTraining().stream()
            .map(request -> request.verb() + request.thing())
            .collect(Collectors.toSet());

    assertThat(split.borderline(Part.TEST, 100_000).prompts())
        .isNotEmpty()
        .allSatisfy(
            prompt -> {
              Request request = SafetyWorld.request(prompt);
              assertThat(request.isDangerous()).isFalse();
              assertThat(taught).doesNotContain(request.verb() + request.thing());
            });
  }
}
