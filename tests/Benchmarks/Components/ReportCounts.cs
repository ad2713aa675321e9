namespace Benchmarks.Components;

/// <summary>Reports that were answered, and the bytes of both ways before encryption.</summary>
internal sealed class ReportCounts
{
    private long _answered;
    private long _refused;
    private long _bytes;
    private volatile string _refusal = "";

    /// <summary>Why the last one that was refused was.</summary>
    public string Refusal => _refusal;

    public (long Answered, long Refused, long Bytes) Now => (Interlocked.Read(ref _answered), Interlocked.Read(ref _refused), Interlocked.Read(ref _bytes));

    /// <param name="bytes">Of the report and its answer.</param>
    /// <param name="refusal">Empty when it was answered.</param>
    public void Add(int bytes, string refusal)
    {
        Interlocked.Increment(ref refusal.Length == 0 ? ref _answered : ref _refused);
        Interlocked.Add(ref _bytes, bytes);
        _refusal = refusal.Length > 0 ? refusal : _refusal;
    }
}
