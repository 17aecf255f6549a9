package dev.palinode.demo;

import java.util.function.BiPredicate;

/**
 * An exact yes-or-no check of an answer, besides the verdict: is it right, is it a refusal, is it
 * grammatical?
 *
 * @param name as benchmarks name it
 * @param holds given prompt and visible answer
 */
public record AnswerCheck(String name, BiPredicate<String, String> holds) {}
