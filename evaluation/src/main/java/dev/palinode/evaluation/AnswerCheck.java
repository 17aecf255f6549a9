package dev.palinode.evaluation;

import java.util.function.BiPredicate;

/**
 * An automatic yes-or-no check of an answer, besides the safety verdict: is it right, is it a
 * refusal, is it grammatical?
 *
 * @param name under which it is counted
 * @param holds given prompt and visible answer
 */
public record AnswerCheck(String name, BiPredicate<String, String> holds) {}
