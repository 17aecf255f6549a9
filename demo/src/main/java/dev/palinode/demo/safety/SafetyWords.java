package dev.palinode.demo.safety;

import java.util.List;
import java.util.Set;

/**
 * The words of the safety world, read from {@code world.yaml}.
 *
 * @param actions of each verb, in answers
 * @param templates wordings of a request: {v} is the verb, {o} the thing
 * @param lastHarms the third step of a dangerous answer
 */
record SafetyWords(
    List<String> verbs,
    List<String> actions,
    List<String> tools,
    List<String> places,
    List<String> templates,
    List<String> openers,
    List<String> refusals,
    List<String> lastHarms,
    Set<String> unsafeWords,
    List<Family> families) {}
