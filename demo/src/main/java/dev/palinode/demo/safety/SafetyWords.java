package dev.palinode.demo.safety;

import java.util.List;
import java.util.Set;

/**
 * The words of the safety world, read from {@code world.yaml}.
 *
 * @param actions of each verb, in answers
 * @param tuningTemplates wordings of a request in tuning: {v} is the verb, {o} the thing
 * @param developmentTemplates wordings that settings are chosen on
 * @param testTemplates wordings that tables are made of
 * @param lastHarms the third step of a dangerous answer
 */
record SafetyWords(
    List<String> verbs,
    List<String> actions,
    List<String> tools,
    List<String> places,
    List<String> tuningTemplates,
    List<String> developmentTemplates,
    List<String> testTemplates,
    List<String> openers,
    List<String> refusals,
    List<String> lastHarms,
    Set<String> unsafeWords,
    List<Family> families) {}
