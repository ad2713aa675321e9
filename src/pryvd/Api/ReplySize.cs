using Grpc.Core;

namespace Pryvd.Api;

/// <summary>Keeps replies within what every gRPC client takes by default.</summary>
internal static class ReplySize
{
    /// <summary>Four MiB, less what surrounds the items.</summary>
    public const int MaxBytes = (4 << 20) - (64 << 10);

    // Tag and length of one item.
    private const int ItemOverhead = 8;

    /// <summary>The first items that fit together into one reply; at least one, if there is any.</summary>
    public static List<T> Fitting<T>(IEnumerable<T> items, Func<T, int> bytesOf)
    {
        var fitting = new List<T>();
        var total = 0L;
        foreach (var item in items)
        {
            total += bytesOf(item) + ItemOverhead;
            if (total > MaxBytes && fitting.Count > 0)
            {
                break;
            }

            fitting.Add(item);
        }

        return fitting;
    }

    /// <summary>Refuses a reply that cannot be given in pieces.</summary>
    public static void Require(long bytes, string what, string advice)
    {
        if (bytes > MaxBytes)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"{what} has {bytes} bytes, at most {MaxBytes} fit into one answer; {advice}."));
        }
    }

    /// <summary>How many items a page is to have.</summary>
    public static int Limit(int asked, int otherwise, int most, string field) => asked switch
    {
        0 => otherwise,
        < 0 => throw Errors.Invalid($"{field} is {asked}; give a number from 1 to {most}, or none."),
        _ when asked > most => throw Errors.Invalid($"{field} is {asked}, at most {most} are given at a time; ask for the rest after them."),
        _ => asked,
    };
}
