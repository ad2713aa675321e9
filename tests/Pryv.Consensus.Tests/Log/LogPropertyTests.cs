using FsCheck;
using FsCheck.Fluent;

namespace Pryv.Consensus.Tests.Log;

/// <summary>Invariants 2 and 3, on random lives of a log.</summary>
public sealed class LogPropertyTests
{
    [Fact]
    public void After_any_crash_what_was_flushed_is_there_and_the_rest_is_a_first_part_of_what_was_appended() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new LogRun(seed).Play(150))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Theory]
    [InlineData(1)]
    [InlineData(20261120)]
    public void A_long_life_of_a_log_agrees_with_its_model(int seed) => new LogRun(seed).Play(3000);
}
