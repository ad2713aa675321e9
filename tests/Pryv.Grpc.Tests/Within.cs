namespace Pryv.Grpc.Tests;

/// <summary>A deadline on every wait of a test.</summary>
internal static class Within
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task<T> PatienceAsync<T>(Task<T> task) => task.WaitAsync(Patience);

    public static Task PatienceAsync(Task task) => task.WaitAsync(Patience);

    /// <summary>Waits until a value has stopped changing, and returns it.</summary>
    public static async Task<int> SettlesAsync(Func<int> value)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var (last, unchanged) = (value(), 0);
        while (unchanged < 6 && await ticks.WaitForNextTickAsync(deadline.Token))
        {
            var now = value();
            unchanged = now == last && now > 0 ? unchanged + 1 : 0;
            last = now;
        }

        return last;
    }
}
