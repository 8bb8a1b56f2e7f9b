def main():
    n = 1000000
    a = []
    seed = 42
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        a.append(seed)
    a.sort()
    checksum = 0
    for x in a:
        checksum = (checksum * 31 + x) % 1000000007
    print(checksum)


main()
