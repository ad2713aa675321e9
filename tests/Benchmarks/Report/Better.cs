namespace Benchmarks.Report;

internal enum Better
{
    Higher,
    Lower,
}
