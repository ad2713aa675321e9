using Pryvd.Guard.Units;

namespace Pryvd.Tests.Guard.Units;

/// <summary>What systemd's words mean (R1).</summary>
public sealed class UnitStateTests
{
    [Theory]
    [InlineData("exit-code", 1, 3, 3, 0, false)]
    [InlineData("success", 1, 0, 0, 0, false)]
    [InlineData("signal", 2, 9, null, 9, false)]
    [InlineData("core-dump", 3, 11, null, 11, false)]
    [InlineData("oom-kill", 2, 9, null, 9, true)]
    public void An_end_has_a_code_or_a_signal_and_want_of_memory_is_told_apart(string result, int code, int status, int? exitCode, int signal, bool isOutOfMemory)
    {
        var state = new UnitState("failed", "failed", result, true, 77, code, status);

        Assert.Equal((exitCode, signal), state.Exit);
        Assert.Equal(isOutOfMemory, state.IsOutOfMemory);
        Assert.True(state.IsOver);
        Assert.Null(state.StartFailure);
    }

    [Theory]
    [InlineData(203, "permission denied")]
    [InlineData(217, "user")]
    [InlineData(226, "status 226")]
    public void A_step_before_the_program_that_failed_is_a_start_that_failed(int status, string words) =>
        Assert.Contains(words, new UnitState("failed", "failed", "exit-code", false, 77, 1, status).StartFailure, StringComparison.Ordinal);

    [Theory]
    [InlineData("start-limit-hit")]
    [InlineData("resources")]
    public void What_never_had_a_process_says_systemds_own_word(string result) =>
        Assert.Contains(result, new UnitState("failed", "failed", result, false, 0, 0, 0).StartFailure, StringComparison.Ordinal);

    [Fact]
    public void A_program_that_was_faster_than_systemd_has_run()
    {
        Assert.Null(new UnitState("failed", "failed", "exit-code", false, 77, 1, 42).StartFailure);
        Assert.Null(new UnitState("failed", "failed", "exit-code", true, 77, 1, 203).StartFailure);
        Assert.Null(new UnitState("activating", "start", "success", false, 77, 0, 0).StartFailure);
    }

    [Fact]
    public void A_unit_whose_turn_has_not_come_is_starting()
    {
        var queued = new UnitState("inactive", "dead", "success", false, 0, 0, 0);

        Assert.True(queued.IsStarting);
        Assert.Null(queued.StartFailure);
    }
}
