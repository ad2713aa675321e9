namespace Pryvd.Tests.Api;

/// <summary>A deadline on every wait of a test.</summary>
internal static class Within
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds that another thread makes true.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!holds())
        {
            await ticks.WaitForNextTickAsync(deadline.Token);
        }
    }
}
