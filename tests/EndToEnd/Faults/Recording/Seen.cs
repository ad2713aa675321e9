namespace EndToEnd.Faults.Recording;

/// <summary>One operation on a variable as its client saw it; times are the stopwatch's.</summary>
/// <param name="Key">The variable's number.</param>
/// <param name="IsWrite">Whether <paramref name="Value"/> was written; it was read otherwise.</param>
/// <param name="Value">No two writes have the same; 0 is what nobody has written yet.</param>
/// <param name="Version">Of the variable by this write, or as read; null when no answer came.</param>
/// <param name="Begin">When it was asked for.</param>
/// <param name="End">When its answer came; <see cref="long.MaxValue"/> when none did.</param>
/// <param name="Client">Who asked whom, for people.</param>
public sealed record Seen(int Key, bool IsWrite, long Value, long? Version, long Begin, long End, string Client);
