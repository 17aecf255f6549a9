package dev.palinode.cli;

import java.util.concurrent.Callable;

/**
 * A command that is not part of this module: {@link java.util.ServiceLoader} finds it on the class
 * path. It is annotated as a picocli command; its result is the exit code.
 */
public interface ExtraCommand extends Callable<Integer> {}
