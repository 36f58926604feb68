/** The passwords and roots that guessing lists try first, lower case; a password that is one of these plus digits or signs is as weak. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
    !qaz2wsx 000000 0000000000 0123456789 102030 111111 1111111111 112233 11223344 1122334455 121212 123123 123123123
    123321 1234321 123456 1234567 12345678 123456789 1234567890 1234567890a 12345678910 123456789a 123456a 12345qwert
    1234qwer 123abc 123qwe 123qweasd 123qweasdzxc 135792468 147258369 147852 159357 159753 1a2b3c4d 1q2w3e4r
    1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc 1qaz@wsx 1qazxsw2 258456 5201314 654321 666666 696969 741852963 753951 777777
    789456123 888888 951753 963852741 987654321 9876543210 999999 a123456 a12345678 a123456789 a1b2c3d4 aa123456
    aa12345678 aaaaaa aaaaaaaaaa abc123 abc12345 abc@123 abcabc abcd1234 abcd12345 abcdef abcdefg abcdefgh abcdefghij
    access admin admin123 admin1234 admin@123 adminadmin administrator america andrew android angel angels apple
    arsenal asd123456 asdasd asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl ashley australia autumn babyboy babygirl
    banana barcelona baseball basketball batman berlin blessed brazil brother brown business butterfly canada carrier
    changeit changeme charlie cheese chelsea china chocolate christ company computer contrasena contraseña control
    cookie correcthorsebatterystaple customer daniel default delivery donald dragon england facebook family father
    february flower football forever fortnite france freedom friday friend friends garfield george germany ginger
    gmail goodbye google guest haslo heaven hello hello123 helloworld heslo hockey hotmail hunter ilovejesus iloveyou
    iloveyou1 india india@123 internet iphone january japan jelszo jennifer jessica jesus jordan joshua junior
    juventus killer letmein letmein123 linkedin liverpool lkjhgfdsa login logistics london losenord lovely loveme
    loveyou manager manchester master matthew mexico michael mickey microsoft minecraft minnie mnbvcxz monday monkey
    motdepasse mother mustang mylove mypassword mypassword123 naruto newpassword newyork nopassword office orange
    p4ssw0rd p4ssword p@$$w0rd p@ssw0rd p@ssw0rd1 p@ssword p@ssword1 pa55w0rd pa55word package parcel paris parola
    pass1234 pass12345 pass@123 passw0rd passw0rd123 password password1 password12 password123 password1234
    password12345 password123456 passwordpassword passwort pepper pikachu poiuytrewq pokemon princess q123456789
    q1w2e3r4 q1w2e3r4t5 qazwsx qazwsxedc qweasd qweasdzxc qweqwe qweqweqwe qwert12345 qwerty qwerty123 qwerty1234
    qwerty12345 qwerty123456 qwerty@123 qwertyqwerty qwertyui qwertyuiop rainbow realmadrid roblox root salasana
    samsung scooby secret secret123 security senha senior server service shadow shipment shipping sister snoopy soccer
    spiderman spring standin starwars summer sunday sunshine superman support system test test123 test1234 test@123
    testing testtest thisisapassword thomas tigger toor tracking trustno1 twitter unicorn ups upscom user username
    wachtwoord wayleave website welcome welcome1 welcome123 welcome@123 whatever windows winter woaini woaini1314
    yahoo yourpassword youtube zaq12wsx zaq1zaq1 zaqwsx zaqxsw zxcasdqwe zxcvbnm zxcvbnm123 zxczxc
  `.trim().split(/\s+/),
);
